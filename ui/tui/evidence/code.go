package evidence

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/leaktop/leaktop/ui/format"
)

// wrapCode wraps code to w columns so that all of it is visible. It moves a trailing
// comment of a long line above it, and indents continuation lines.
func wrapCode(code string, w int) []string {
	var out []string
	for l := range strings.SplitSeq(strings.ReplaceAll(code, "\t", "    "), "\n") {
		if format.Width(l) <= w {
			out = append(out, l)
			continue
		}
		bare := strings.TrimLeft(l, " ")
		indent := l[:len(l)-len(bare)]
		if at := strings.LastIndex(bare, " // "); at > 0 {
			out = append(out, breakLine(bare[at+1:], w, indent, indent+"// ")...)
			bare = strings.TrimRight(bare[:at], " ")
		}
		out = append(out, breakLine(bare, w, indent, indent+format.Blank(8))...)
	}
	return out
}

// breakLine breaks a line at its spaces: the first part begins with indent, the others
// with deeper.
func breakLine(l string, w int, indent, deeper string) []string {
	lines := strings.Split(ansi.Wrap(l, max(8, w-format.Width(deeper)), " "), "\n")
	for i := range lines {
		if i == 0 {
			lines[i] = indent + lines[i]
		} else {
			lines[i] = deeper + lines[i]
		}
	}
	return lines
}
