package format

import "strings"

// Sample names what values are of, a kind of profile and one of its sample types:
// "heap inuse_space"; once where both are called alike: "goroutine".
func Sample(kind, sample string) string {
	if kind == "profile" { // as pprof calls that of the CPU
		kind = "CPU"
	}
	if sample == "" || strings.EqualFold(kind, sample) {
		return kind
	}
	return kind + " " + sample
}
