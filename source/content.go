package source

import (
	"bytes"
	"strings"
)

// content is the kind of content of a response.
type content string

const (
	contentProfile content = "profile" // gzipped or plain protobuf, or pprof's legacy text
	contentStacks  content = "stacks"  // goroutine?debug=2
	contentTrace   content = "trace"
	contentIndex   content = "index page"
	contentHTML    content = "a web page"
	contentText    content = "text"
	contentEmpty   content = "empty"
)

// contentOf determines the content by the first bytes. It considers the content
// type only if those are inconclusive, since some frameworks send a wrong one.
func contentOf(mime string, data []byte) content {
	head := string(data[:min(len(data), 4096)])
	start := strings.TrimSpace(head)
	switch {
	case len(data) == 0:
		return contentEmpty
	case bytes.HasPrefix(data, []byte{0x1f, 0x8b}):
		return contentProfile
	case looksLikeIndex(head):
		return contentIndex
	case strings.HasPrefix(start, "<"), strings.HasPrefix(mime, "text/html"):
		return contentHTML
	case strings.HasPrefix(start, "heap profile:"), strings.HasPrefix(start, "goroutine profile:"), strings.HasPrefix(start, "threadcreate profile:"), strings.HasPrefix(start, "--- "):
		return contentProfile
	case strings.HasPrefix(start, "goroutine "):
		return contentStacks
	case strings.HasPrefix(head, "go 1.") && strings.Contains(head[:min(len(head), 16)], " trace"):
		return contentTrace
	case strings.HasPrefix(mime, "text/"), strings.HasPrefix(mime, "application/json"):
		return contentText
	case data[0] == 0x0a:
		// Protobuf without gzip: a profile begins with its first sample type,
		// field 1, length-delimited.
		return contentProfile
	}
	return contentText
}
