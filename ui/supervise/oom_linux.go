package supervise

import (
	"os"
	"strconv"
	"strings"
)

// oomKills is how many processes the kernel has ended to get memory since the
// machine started, those of containers included; 0 if it does not say.
func oomKills() int64 {
	data, err := os.ReadFile("/proc/vmstat")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(data)) {
		if n, ok := strings.CutPrefix(line, "oom_kill "); ok {
			kills, _ := strconv.ParseInt(strings.TrimSpace(n), 10, 64)
			return kills
		}
	}
	return 0
}
