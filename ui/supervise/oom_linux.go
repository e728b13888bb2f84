package supervise

import (
	"os"
	"strconv"
	"strings"
)

// oomKills returns how many processes the kernel has killed to free memory since the
// machine started, including those in containers; 0 if unknown.
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
