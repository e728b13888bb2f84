package format

import "strings"

// Sample names a kind of profile and one of its sample types: "heap inuse_space",
// or just "goroutine" if both have the same name.
func Sample(kind, sample string) string {
	if kind == "profile" { // pprof's name of the CPU profile
		kind = "CPU"
	}
	if sample == "" || strings.EqualFold(kind, sample) {
		return kind
	}
	return kind + " " + sample
}
