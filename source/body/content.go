package body

import (
	"bytes"
	"strings"
)

// Content is the kind of content of a response.
type Content string

// The kinds of content.
const (
	ContentProfile Content = "profile" // gzipped or plain protobuf, or pprof's legacy text
	ContentStacks  Content = "stacks"  // goroutine?debug=2
	ContentTrace   Content = "trace"
	ContentIndex   Content = "index page"
	ContentHTML    Content = "a web page"
	ContentText    Content = "text"
	ContentEmpty   Content = "empty"
)

// ContentOf determines the content by the first bytes. It considers the content
// type only if those are inconclusive, since some frameworks send a wrong one.
func ContentOf(mime string, data []byte) Content {
	head := string(data[:min(len(data), 4096)])
	start := strings.TrimSpace(head)
	switch {
	case len(data) == 0:
		return ContentEmpty
	case bytes.HasPrefix(data, []byte{0x1f, 0x8b}):
		return ContentProfile
	case looksLikeIndex(head):
		return ContentIndex
	case strings.HasPrefix(start, "<"), strings.HasPrefix(mime, "text/html"):
		return ContentHTML
	case strings.HasPrefix(start, "heap profile:"), strings.HasPrefix(start, "goroutine profile:"), strings.HasPrefix(start, "threadcreate profile:"), strings.HasPrefix(start, "--- "):
		return ContentProfile
	case strings.HasPrefix(start, "goroutine "):
		return ContentStacks
	case strings.HasPrefix(head, "go 1.") && strings.Contains(head[:min(len(head), 16)], " trace"):
		return ContentTrace
	case strings.HasPrefix(mime, "text/"), strings.HasPrefix(mime, "application/json"):
		return ContentText
	case data[0] == 0x0a:
		// Protobuf without gzip: a profile begins with its first sample type,
		// field 1, length-delimited.
		return ContentProfile
	}
	return ContentText
}
