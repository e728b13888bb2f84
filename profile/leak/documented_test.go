package leak

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile/quantity"
)

// TestThresholdsAreDocumented checks that the guide page and the README state the thresholds in use.
func TestThresholdsAreDocumented(t *testing.T) {
	m, polls := params.material, map[int]string{2: "two", 3: "three", 4: "four", 5: "five"}[params.polls.inARow]
	for file, sentences := range map[string][]string{
		"../../docs/is-it-a-leak.md": {
			fmt.Sprintf("rises by enough to matter: %s of heap, %.0f goroutines, %.0f open files, %s outside of Go (%s where anonymous memory is known, as of a process of this machine), %.0f zombies;", quantity.BytesRough(m.heap), m.goroutines, m.manyOpenFiles, quantity.BytesRough(m.offHeap), quantity.BytesRough(params.outside.minRise), m.zombies),
			fmt.Sprintf("a heap profile is a sample (one in %s), and a count of %.0f samples has an error of %.0f;", quantity.BytesRough(m.sampleRate), m.samples, math.Sqrt(m.samples)),
			fmt.Sprintf("has done so for %.0f seconds, or longer if most of what is allocated is freed again or fewer than %.0f samples show it, and in %s consecutive polls.", params.window.min.Seconds(), params.window.thin.samples, polls),
		},
		"../../README.md": {fmt.Sprintf("for at least %.0f seconds and until now, is a leak.", params.window.min.Seconds())},
	} {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Join(strings.Fields(string(data)), " ")
		for _, want := range sentences {
			if !strings.Contains(text, want) {
				t.Errorf("%s does not say %q", file, want)
			}
		}
	}
}
