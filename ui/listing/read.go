package listing

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/format"
)

// Missing says why there is no source, and where it was looked for.
func (l *Listing) Missing(f *profile.Function) string {
	switch {
	case f.File == "":
		return "The profile does not say which file it is from."
	case len(l.searched) == 0:
		return "The function has no Go source: the profile names " + format.Clean(f.File) + "."
	}
	shown := l.searched[:min(3, len(l.searched))]
	return "The source is not on this machine: looked for " + format.Clean(strings.Join(shown, ", ")) + "."
}

// Bounds on a source file: its path comes from the target, and may name anything.
const (
	maxSource     = 4 << 20 // bytes
	maxSourceLine = 1000    // bytes of a line that are shown
)

// Listing is a source file found on this machine, or the places where it was looked
// for.
type Listing struct {
	Path     string
	Lines    []string // safe to show, without tabs
	searched []string // paths without a file, if none was found
	Doubt    string   // why it may not be what the target was built from
}

// Read finds and reads the source of a function on this machine: where the profile
// says, in the module that leaktop was started in, in the module cache and in the
// standard library. Its frame is at a line, 0 if that is not known. goVersion is the
// target's, "" if it is not known.
func Read(f *profile.Function, line int, goVersion string) *Listing {
	dir, _ := os.Getwd()
	return NewFinder(os.Getenv, dir, goVersion).List(f, line, goVersion)
}

// List finds and reads the source of a function. Its frame is at a line, 0 if
// that is not known. goVersion is the target's.
func (f finder) List(fn *profile.Function, line int, goVersion string) *Listing {
	l := &Listing{}
	for _, path := range f.candidatePaths(fn) {
		data, err := readRegular(path, maxSource)
		if err != nil {
			l.searched = append(l.searched, path)
			continue
		}
		l.Path, l.Lines = path, sourceLines(string(data))
		l.Doubt = f.describeDoubt(l, fn, line, goVersion)
		return l
	}
	return l
}

// describeDoubt says why a file does not look like the version that was compiled; "" if
// it does.
func (f finder) describeDoubt(l *Listing, fn *profile.Function, line int, goVersion string) string {
	if line > len(l.Lines) {
		return "This file is shorter than the one that the target was built from, so it is another version."
	}
	if n := fn.StartLine; n > 0 && n <= len(l.Lines) && !strings.Contains(l.Lines[n-1], "func") && !strings.HasSuffix(fn.Name, ".init") {
		return "The function does not begin where the profile says, so this file is not the version that the target was built from."
	}
	for _, src := range f.std {
		if !strings.HasPrefix(l.Path, src+string(filepath.Separator)) || goVersion == "" {
			continue
		}
		data, err := readRegular(filepath.Join(filepath.Dir(src), "VERSION"), 1<<10)
		if here, _, _ := strings.Cut(string(data), "\n"); err == nil && strings.TrimSpace(here) != goVersion {
			return "This is the standard library of " + format.Clean(strings.TrimSpace(here)) + "; the target runs " + goVersion + ": lines may differ."
		}
	}
	return ""
}

// readRegular reads a regular file of at most maxLen bytes. It checks the type before
// it opens the file, since opening a pipe would block.
func readRegular(path string, maxLen int64) ([]byte, error) {
	if info, err := os.Stat(path); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() || info.Size() > maxLen {
		return nil, fmt.Errorf("not a regular file of at most %d bytes", maxLen)
	}
	return io.ReadAll(io.LimitReader(f, maxLen))
}

// sourceLines makes the lines of a file safe to show: without escape sequences, of
// limited length, with spaces for tabs.
func sourceLines(text string) []string {
	text = strings.TrimSuffix(text, "\n")
	out := make([]string, 0, strings.Count(text, "\n")+1)
	for line := range strings.SplitSeq(text, "\n") {
		if len(line) > maxSourceLine {
			line = line[:maxSourceLine]
		}
		out = append(out, format.Clean(strings.ReplaceAll(strings.TrimRight(line, "\r"), "\t", "    ")))
	}
	return out
}
