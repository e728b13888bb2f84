// Package ignore has the list of functions whose growth the user knows and accepts.
package ignore

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/leaktop/leaktop/profile"
)

// List is a list of patterns. A pattern is the name of a function as reports show
// it, with or without the path of its package: "example.com/shop/store.(*Cache).Put"
// or "store.(*Cache).Put". A pattern that ends with "..." matches all names with
// that prefix: "example.com/shop/legacy...". The zero List ignores nothing.
type List struct {
	patterns []string
}

// Bounds on a file, which may be any file with that name.
const (
	maxPatterns = 1000
	maxPattern  = 1000 // bytes
)

// New returns the list of the given patterns.
func New(patterns ...string) (List, error) {
	var l List
	for _, p := range patterns {
		if err := l.addPattern(p); err != nil {
			return List{}, err
		}
	}
	return l, nil
}

// Parse reads one pattern per line. Empty lines are skipped, and so is the rest of a
// line from a "#" at its beginning or after a space.
func Parse(r io.Reader) (List, error) {
	var l List
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		if i := commentStart(line); i >= 0 {
			line = line[:i]
		}
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if err := l.addPattern(line); err != nil {
			return List{}, fmt.Errorf("line %d: %w", n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return List{}, fmt.Errorf("read ignored functions: %w", err)
	}
	return l, nil
}

// commentStart returns where the comment of a line begins, or -1.
func commentStart(line string) int {
	for i := range len(line) {
		if line[i] == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t') {
			return i
		}
	}
	return -1
}

func (l *List) addPattern(p string) error {
	p = strings.TrimSpace(p)
	switch {
	case strings.TrimSuffix(p, "...") == "":
		return fmt.Errorf("ignore function %q: the name is empty; for example: store.(*Cache).Put", p)
	case len(p) > maxPattern:
		return fmt.Errorf("ignore function %.40q…: the name is longer than %d bytes", p, maxPattern)
	case len(l.patterns) >= maxPatterns:
		return fmt.Errorf("ignore function %q: there are more than %d names", p, maxPatterns)
	}
	l.patterns = append(l.patterns, p)
	return nil
}

// Merge returns the patterns of both lists.
func (l List) Merge(other List) List {
	return List{append(l.patterns[:len(l.patterns):len(l.patterns)], other.patterns...)}
}

// IsEmpty reports whether the list ignores nothing.
func (l List) IsEmpty() bool { return len(l.patterns) == 0 }

// Matches reports whether a function is on the list.
func (l List) Matches(function string) bool {
	if function == "" || l.IsEmpty() {
		return false
	}
	short := profile.ShortName(function)
	for _, p := range l.patterns {
		prefix, isPrefix := strings.CutSuffix(p, "...")
		switch {
		case p == function, p == short:
			return true
		case isPrefix && (strings.HasPrefix(function, prefix) || strings.HasPrefix(short, prefix)):
			return true
		}
	}
	return false
}
