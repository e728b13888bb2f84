package plain

import (
	"io"
	"strings"
	"unicode/utf8"
)

// Writer passes on text of several lines without its unsafe parts. Lines may be
// indented with tabs. It is not safe for concurrent use.
type Writer struct {
	to     io.Writer
	styled bool
	cut    string // the start of a character or sequence whose rest has not been written yet
}

// NewWriter returns a writer in front of to. If styled, colors and other
// attributes pass too.
func NewWriter(to io.Writer, styled bool) *Writer { return &Writer{to: to, styled: styled} }

// Fd returns the underlying file descriptor, for callers that check whether it is
// a terminal; an invalid one if there is none.
func (w *Writer) Fd() uintptr {
	if f, ok := w.to.(interface{ Fd() uintptr }); ok {
		return f.Fd()
	}
	return ^uintptr(0)
}

// Read and Close make a Writer a file for callers that check whether it is a
// terminal. Nothing can be read, and the underlying file stays open.
func (w *Writer) Read([]byte) (int, error) { return 0, io.EOF }

// Close does nothing.
func (w *Writer) Close() error { return nil }

// Rewrite replaces the line under the cursor without ending it, to show progress on a
// terminal.
func Rewrite(to io.Writer, line string) {
	if w, ok := to.(*Writer); ok {
		to = w.to
	}
	_, _ = io.WriteString(to, "\r"+Line(line)+"\x1b[K")
}

// Write writes all of p, or returns the error of the underlying writer.
func (w *Writer) Write(p []byte) (int, error) {
	s := w.cut + string(p)
	s, w.cut = w.splitIncomplete(s)
	var b strings.Builder
	for i := unsafeAt(s, w.styled); i >= 0; i = unsafeAt(s, w.styled) {
		b.WriteString(s[:i])
		n := sequenceLen(s[i:])
		if n == 0 {
			var r rune
			r, n = utf8.DecodeRuneInString(s[i:])
			switch {
			case r == '\t':
				b.WriteByte('\t')
			case r == utf8.RuneError && n == 1:
				b.WriteRune(r)
			}
		}
		s = s[i+n:]
	}
	b.WriteString(s)
	if _, err := io.WriteString(w.to, b.String()); err != nil {
		return 0, err
	}
	return len(p), nil
}

// splitIncomplete splits off a character or a sequence at the end that is incomplete.
func (w *Writer) splitIncomplete(s string) (whole, cut string) {
	if w.styled {
		if i := strings.LastIndexByte(s, '\x1b'); i >= 0 && len(s)-i < 64 && isStyleStart(s[i:]) {
			return s[:i], s[i:]
		}
	}
	for i := len(s) - 1; i >= 0 && i >= len(s)-utf8.UTFMax; i-- {
		if utf8.RuneStart(s[i]) {
			if !utf8.FullRuneInString(s[i:]) {
				return s[:i], s[i:]
			}
			break
		}
	}
	return s, ""
}

// isStyleStart reports whether s may become a sequence of attributes.
func isStyleStart(s string) bool {
	return s == "\x1b" || strings.HasPrefix(s, "\x1b[") && strings.Trim(s[2:], "0123456789;:") == ""
}
