package command

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/source/process"
)

// pid: is completed with the running Go processes except leaktop itself; other targets
// are not completed.
func TestCompleteProcesses(t *testing.T) {
	all, err := process.NewScanner().Scan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	list, ok := completeProcesses(t.Context(), "pid:")
	if !ok || len(all.Processes) > 0 && len(list) == 0 {
		t.Errorf("%d processes, %d offered", len(all.Processes), len(list))
	}
	for _, line := range list {
		target, about, _ := strings.Cut(line, "\t")
		if _, err := strconv.Atoi(strings.TrimPrefix(target, "pid:")); err != nil || about == "" {
			t.Errorf("it offers %q", line)
		}
		if target == "pid:"+strconv.Itoa(os.Getpid()) {
			t.Error("it offers itself")
		}
	}
	for _, begun := range []string{"", "p", "pod/", ":6060", "127.0.0.1:"} {
		if _, ok := completeProcesses(t.Context(), begun); ok {
			t.Errorf("%q is completed with processes", begun)
		}
	}
	if list, _ := completeProcesses(t.Context(), "pid:999999999"); len(list) > 0 {
		t.Errorf("it offers %q", list)
	}
}
