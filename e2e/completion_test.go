//go:build unix

package e2e

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile/simulated"
	"github.com/leaktop/leaktop/source/store"
	"github.com/leaktop/leaktop/source/store/parca/parcatest"
)

// shells are the tested shells, with the arguments that make them ignore the user's
// settings.
var shells = []struct {
	name string
	args []string
	init string
}{
	{"bash", []string{"--norc", "--noprofile", "-i"}, "source <(leaktop completion bash)"},
	{"zsh", []string{"-f", "-i"}, "autoload -U compinit; compinit -u -D; source <(leaktop completion zsh)"},
	{"fish", []string{"--no-config", "-i"}, "leaktop completion fish | source"},
}

// Keys of all shells.
const (
	keyKillLine = "\x15"
	keyClear    = "\x0c"
)

// Each shell completes the target of a store, whose address is usually in quotes and
// contains characters that bash takes for word breaks.
func TestShellsComplete(t *testing.T) {
	t.Parallel()
	s := parcatest.NewServer()
	t.Cleanup(s.Close)
	at := time.Now().Add(-time.Hour)
	service := &simulated.Service{Start: at.Add(-time.Hour), Stacks: 3}
	for _, name := range []string{"cart", "checkout"} {
		labels := store.Labels{{Name: "job", Value: name}, {Name: "zone", Value: name + "-a"}}
		if err := s.Add("memory", labels, service.Heap(at)); err != nil {
			t.Fatal(err)
		}
	}
	target := "parca+" + s.URL
	for _, sh := range shells {
		t.Run(sh.name, func(t *testing.T) {
			t.Parallel()
			if _, err := exec.LookPath(sh.name); err != nil {
				t.Skip(err)
			}
			findProgram(t, "leaktop") // puts leaktop in the path
			tm := start(t, 160, 30, "env", append([]string{"HOME=" + t.TempDir(), sh.name}, sh.args...)...)
			tm.press(sh.init+"; echo re''ady", keyEnter)
			tm.shows("ready")
			tries := []struct{ typed, want string }{
				{"leaktop " + target + "?job=ch", target + "?job=checkout"},
				{"leaktop check --form", "leaktop check --format"},
				{"leaktop check --format=js", "--format=json"},
			}
			if sh.name != "fish" { // it takes the question mark in an open quote for a wildcard
				tries = append(tries, []struct{ typed, want string }{
					{"leaktop '" + target + "?job=ch", target + "?job=checkout'"},
					{"leaktop '" + target + "?zone=cart-a&j", target + "?zone=cart-a&job=c"},
					{"leaktop check \"" + target + "?z", target + "?zone=c"},
				}...)
			}
			for _, try := range tries {
				tm.press(try.typed)
				tm.shows(try.typed)
				tm.press(keyTab)
				tm.waitFor(try.want, func(screen string) bool {
					return strings.Contains(strings.ReplaceAll(screen, `\`, ""), try.want) // zsh escapes the question mark
				})
				tm.press(keyKillLine, keyClear)
				tm.waitForAbsence(try.want)
			}
		})
	}
}
