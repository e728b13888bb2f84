package demo

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// get returns the body of a page, failing the test if there is none.
func get(t *testing.T, url string) string {
	t.Helper()
	body, err := fetch(url)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func fetch(url string) (string, error) {
	client := &http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get(url)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return "", err
	}
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s: %s", url, resp.Status)
	}
	return string(body), nil
}

// group is one stack of a profile with its count: goroutines, or objects in use.
type group struct {
	count  int
	frames []string // function names, leaf first
}

// parse reads a profile in its text form, debug=1.
func parse(text string) []group {
	var groups []group
	for line := range strings.Lines(text) {
		var g group
		switch fields := strings.Fields(line); {
		case strings.Contains(line, " @ 0x"):
			if _, err := fmt.Sscanf(line, "%d", &g.count); err == nil {
				groups = append(groups, g)
			}
		case len(fields) == 4 && fields[0] == "#" && len(groups) > 0:
			name := fields[2]
			if i := strings.LastIndex(name, "+0x"); i > 0 {
				name = name[:i]
			}
			last := &groups[len(groups)-1]
			last.frames = append(last.frames, name)
		}
	}
	return groups
}

// packages are the prefixes of the functions that a scenario may have on its
// stacks.
var packages = []string{
	"github.com/leaktop/leaktop/source/demo.",
	"github.com/leaktop/leaktop/source/demo/goroutines.",
	"github.com/leaktop/leaktop/source/demo/memory.",
}

// blamed returns the service's own frame nearest to the leaf or, if there is none,
// the outermost frame outside the runtime.
func (g group) blamed() string {
	outermost := ""
	for _, f := range g.frames {
		if slices.ContainsFunc(packages, func(p string) bool { return strings.HasPrefix(f, p) }) {
			return f
		}
		if !strings.HasPrefix(f, "runtime.") {
			outermost = f
		}
	}
	return outermost
}

// tally sums the counts of a profile by blamed function.
func tally(text string) map[string]int {
	sums := map[string]int{}
	for _, g := range parse(text) {
		sums[g.blamed()] += g.count
	}
	return sums
}
