//go:build unix

package e2e

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/source/demo"
)

// readmeRow is a command line of the README and how it is tested. The rows are in
// the order of the README, whose placeholders are replaced.
type readmeRow struct {
	line string
	swap []string // pairs: a text of the README, and its replacement
	code int      // exit code
	pick string   // a picker appears first, which the test answers with enter
	view []string // texts on the screen; nil for a command without one
}

// TestReadmeCommands runs every command line of the README.
func TestReadmeCommands(t *testing.T) {
	t.Parallel()
	leaktop := findProgram(t, "leaktop")
	child, err := demo.Start(context.Background(), leaktop, []string{"growing-slice"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = child.Stop() })
	quiet, err := demo.Start(context.Background(), leaktop, []string{"many-goroutines"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = quiet.Stop() })
	night := filepath.Join(repository, "testdata", "check", "steady.tar")
	live := []string{"live heap", "FUNCTION"}
	rows := []readmeRow{
		{line: "go run . demo", swap: []string{"go run .", "leaktop"}, view: live},
		{line: "go run . http://HOST:PORT", swap: []string{"go run .", "leaktop", "http://HOST:PORT", child.URL}, view: live},
		{line: "leaktop -n shop deploy/checkout", swap: []string{"-n shop", "--kubeconfig " + newShopCluster(t).Kubeconfig() + " -n shop"}, pick: "Which of these 2 pods?", view: live},
		{line: "leaktop check :6060 --for 2m", swap: []string{":6060", child.URL, "2m", "2s"}, code: 3},
		{line: "leaktop -n shop deploy/checkout --all", swap: []string{"-n shop", "--kubeconfig " + newShopCluster(t).Kubeconfig() + " -n shop"}, view: []string{"2 pods", "1 Fleet", "VERDICT"}},
		{
			line: "leaktop check :6060 --load './load.sh' --format markdown",
			swap: []string{":6060", quiet.URL, "'./load.sh'", "true --for 6s"},
		},
		{line: "leaktop record :6060 -o night.tar", swap: []string{":6060", child.URL, "night.tar", filepath.Join(t.TempDir(), "night.tar") + " --for 3s"}},
		{line: "leaktop night.tar", swap: []string{"night.tar", night}, view: live},
		{line: "leaktop check night.tar", swap: []string{"night.tar", night}},
	}
	var want []string
	for _, row := range rows {
		want = append(want, row.line)
	}
	if got := commandLines(t, "README.md"); !slices.Equal(got, want) {
		t.Errorf("the README's command lines are\n%q, tried are\n%q", got, want)
	}
	for _, row := range rows {
		t.Run(row.line, func(t *testing.T) {
			t.Parallel()
			row.runCommand(t)
		})
	}
}

func (row readmeRow) runCommand(t *testing.T) {
	args := strings.Fields(strings.NewReplacer(row.swap...).Replace(row.line))
	if row.view != nil {
		tm := start(t, 100, 30, args[0], args[1:]...)
		if row.pick != "" {
			tm.shows(row.pick)
			tm.press(keyEnter)
		}
		tm.shows(row.view...)
		tm.press("q")
		if err := tm.waitForExit(); err != nil {
			t.Errorf("it ended with %v", err)
		}
		return
	}
	out, err := exec.Command(args[0], args[1:]...).CombinedOutput()
	code := 0
	var ended *exec.ExitError
	if errors.As(err, &ended) {
		code = ended.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	if code != row.code {
		t.Errorf("exit code %d, want %d:\n%s", code, row.code, out)
	}
}

// commandLines returns the lines in a page's code blocks that run leaktop, without
// comments and pipes.
func commandLines(t *testing.T, page string) []string {
	t.Helper()
	var out []string
	begins := regexp.MustCompile(`^\s*((?:go run \.|leaktop) .*)`)
	behind := regexp.MustCompile(`\s*(#|>>).*`)
	for i, block := range strings.Split(readFile(t, page), "```") {
		if i%2 == 0 {
			continue
		}
		for line := range strings.Lines(block) {
			if m := begins.FindStringSubmatch(strings.TrimRight(line, "\n")); m != nil {
				out = append(out, behind.ReplaceAllString(m[1], ""))
			}
		}
	}
	return out
}
