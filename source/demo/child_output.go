package demo

import (
	"bytes"
	"strings"
)

// maxFirstLine bounds the first line of a child's output, in bytes.
const maxFirstLine = 8 << 10

// firstLine sends the first line written to it on a channel and ignores the rest.
type firstLine struct {
	line chan<- string // buffered
	text []byte
	done bool
}

func (f *firstLine) Write(p []byte) (int, error) {
	if f.done {
		return len(p), nil
	}
	f.text = append(f.text, p[:min(len(p), maxFirstLine-len(f.text))]...)
	if line, _, ok := bytes.Cut(f.text, []byte("\n")); ok {
		f.done = true
		f.line <- strings.TrimSpace(string(line))
	}
	return len(p), nil
}
