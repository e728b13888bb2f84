package callstack

import (
	"strings"
)

// WithoutClosure strips the closure suffix of a function name: "main.fetch.func1"
// becomes "main.fetch", and so does "main.fetch.func", see package closure.
func WithoutClosure(name string) string {
	for _, mark := range []string{".func", ".gowrap", ".deferwrap"} {
		if i := strings.Index(name, mark); i > 0 && (i+len(mark) == len(name) || name[i+len(mark)] >= '0' && name[i+len(mark)] <= '9') {
			name = name[:i]
		}
	}
	return name
}

// WithoutTypes removes the type arguments from a function's name: traces have "[...]"
// instead, profiles the types.
func WithoutTypes(name string) string {
	from, to := strings.IndexByte(name, '['), strings.LastIndexByte(name, ']')
	if from < 0 || to < from {
		return name
	}
	return name[:from] + name[to+1:]
}

// ReceiverType returns the receiver type of a method with its package:
// "server.(*client)" for "server.(*client).readLoop"; empty for anything but a
// method of a pointer.
func ReceiverType(name string) string {
	from := strings.Index(name, ".(*")
	if from < 0 {
		return ""
	}
	to := strings.Index(name[from:], ").")
	if to < 0 {
		return ""
	}
	return name[:from+to+1]
}
