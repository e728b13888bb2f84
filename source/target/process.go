package target

import (
	"strconv"
	"strings"
)

func isProcess(arg string) bool { return strings.HasPrefix(arg, "pid:") }

func parseProcess(arg string) (Target, error) {
	n, err := strconv.ParseUint(strings.TrimPrefix(arg, "pid:"), 10, 31)
	if err != nil || n == 0 {
		return Target{}, newError(arg, "is not pid: followed by a process ID", "pid:4711")
	}
	return Target{Scheme: SchemeProcess, Name: "pid:" + strconv.FormatUint(n, 10), PID: int(n)}, nil
}
