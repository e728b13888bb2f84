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

// The folders of what is no profile.
const (
	folderMemory = "memory"
	folderEvents = "events"
	folderFacts  = "facts"
	folderStatus = "status"
)

// fullStacks is what the folder of goroutine?debug=2 has after its kind.
const fullStacks = "-debug2"

// stamp is the time in a name, to the millisecond, in UTC.
const stamp = "20060102T150405.000Z"

// entryName is what the name of an entry tells.
type entryName struct {
	folder string
	number int
	time   time.Time
	// of a capture
	gc      bool
	seconds int
	ending  string // with its dot
}

// nameForm is a name: number, time, "-gc" where a collection was asked for, "-10s"
// where it was collected for a time, ending. (Counted repeats are dear to
// compile, which every start would pay: longestFolder bounds the folder.)
var nameForm = regexp.MustCompile(`^(?:\./)?([^/]+)/(\d{6,9})-(\d{8}T\d{6}\.\d{3}Z)(-gc)?(?:-(\d{1,4})s)?(\.[a-z.]{2,8})$`)

func (n entryName) String() string {
	s := fmt.Sprintf("%s/%06d-%s", n.folder, n.number, n.time.UTC().Format(stamp))
	if n.gc {
		s += "-gc"
	}
	if n.seconds > 0 {
		s += fmt.Sprintf("-%ds", n.seconds)
	}
	return s + n.ending
}

const longestFolder = 200 // characters

func parseName(s string) (entryName, bool) {
	m := nameForm.FindStringSubmatch(s)
	if m == nil || utf8.RuneCountInString(m[1]) > longestFolder {
		return entryName{}, false
	}
	at, err := time.Parse(stamp, m[3])
	if err != nil {
		return entryName{}, false
	}
	n := entryName{folder: m[1], time: at, gc: m[4] != "", ending: m[6]}
	n.number, _ = strconv.Atoi(m[2]) // digits, as the form says
	n.seconds, _ = strconv.Atoi(m[5])
	return n, true
}

// captureName is the name of a capture.
func captureName(c profile.Capture, number int) entryName {
	folder := url.PathEscape(string(c.Kind)) // a service may call its own profiles as it likes
	if c.Debug == 2 {
		folder += fullStacks
	}
	return entryName{folder: folder, number: number, time: c.Time, gc: c.GC, seconds: c.Seconds, ending: ending(c.Data)}
}

// capture is what the name of a capture tells of it; ok is false for the name
// of something else.
func (n entryName) capture() (c profile.Capture, ok bool) {
	folder, full := strings.CutSuffix(n.folder, fullStacks)
	kind, err := url.PathUnescape(folder)
	if err != nil || n.ending == endingLines || kind == "" {
		return c, false
	}
	c = profile.Capture{Kind: profile.Kind(kind), Time: n.time, GC: n.gc, Seconds: n.seconds}
	if full {
		c.Debug = 2
	}
	return c, true
}

const endingLines = ".jsonl"

// ending tells how a profile is encoded, for other tools.
func ending(data []byte) string {
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
