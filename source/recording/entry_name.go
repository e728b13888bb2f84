package recording

import (
	"bytes"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/leaktop/leaktop/profile"
)

// The folders of messages other than profiles.
const (
	folderMemory  = "memory"
	folderEvents  = "events"
	folderFacts   = "facts"
	folderStatus  = "status"
	folderHistory = "history"
)

// fullStacks follows the kind in the folder name of goroutine?debug=2 dumps.
const fullStacks = "-debug2"

// timeLayout is the layout of the time in an entry's name, in UTC.
const timeLayout = "20060102T150405.000Z"

// entryName is the parsed name of an entry.
type entryName struct {
	folder string
	number int
	time   time.Time
	// Of profiles only.
	gc      bool
	seconds int
	ending  string // with its dot
}

// entryPattern matches an entry's name: folder, number, time, "-gc" if a collection
// was requested, "-10s" if the profile was collected over 10 seconds, ending. A
// counted repeat of the folder would be slow to compile, at every start:
// maxFolderLen bounds it instead.
var entryPattern = regexp.MustCompile(`^(?:\./)?([^/]+)/(\d{6,9})-(\d{8}T\d{6}\.\d{3}Z)(-gc)?(?:-(\d{1,4})s)?(\.[a-z.]{2,8})$`)

func (n entryName) String() string {
	s := fmt.Sprintf("%s/%06d-%s", n.folder, n.number, n.time.UTC().Format(timeLayout))
	if n.gc {
		s += "-gc"
	}
	if n.seconds > 0 {
		s += fmt.Sprintf("-%ds", n.seconds)
	}
	return s + n.ending
}

const maxFolderLen = 200 // characters

func parseName(s string) (entryName, bool) {
	m := entryPattern.FindStringSubmatch(s)
	if m == nil || utf8.RuneCountInString(m[1]) > maxFolderLen {
		return entryName{}, false
	}
	at, err := time.Parse(timeLayout, m[3])
	if err != nil {
		return entryName{}, false
	}
	n := entryName{folder: m[1], time: at, gc: m[4] != "", ending: m[6]}
	n.number, _ = strconv.Atoi(m[2]) // digits, as the form says
	n.seconds, _ = strconv.Atoi(m[5])
	return n, true
}

// captureName returns the name of a capture's entry.
func captureName(c profile.Capture, number int) entryName {
	folder := url.PathEscape(string(c.Kind)) // a service's own profiles may have any name
	if c.Debug == 2 {
		folder += fullStacks
	}
	return entryName{folder: folder, number: number, time: c.Time, gc: c.GC, seconds: c.Seconds, ending: fileEnding(c.Data)}
}

// toCapture returns the capture that the name describes, without its data. ok is
// false if the entry is not a profile.
func (n entryName) toCapture() (c profile.Capture, ok bool) {
	folder, full := strings.CutSuffix(n.folder, fullStacks)
	kind, err := url.PathUnescape(folder)
	if err != nil || n.ending == jsonlEnding || kind == "" {
		return c, false
	}
	c = profile.Capture{Kind: profile.Kind(kind), Time: n.time, GC: n.gc, Seconds: n.seconds}
	if full {
		c.Debug = 2
	}
	return c, true
}

const jsonlEnding = ".jsonl"

// fileEnding returns the file name's ending that other tools expect for data.
func fileEnding(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte{0x1f, 0x8b}):
		return ".pb.gz"
	case bytes.HasPrefix(data, []byte("go 1.")):
		return ".trace"
	case bytes.HasPrefix(data, []byte{0x0a}):
		return ".pb"
	}
	return ".txt"
}
