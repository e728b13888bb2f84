package format

import (
	"strings"
	"unicode"
)

// markdown escapes what means something in GitHub's Markdown where text runs.
var markdown = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`, "&", `\&`, "|", `\|`, "#", `\#`,
)

// Markdown writes text that is to be read as it is, in a table too.
func Markdown(s string) string { return underscores(markdown.Replace(Clean(s))) }

// underscores escapes those that can begin or end an emphasis. Within a word none
// does (CommonMark, 6.2), and names like inuse_space are to be found again.
func underscores(s string) string {
	if !strings.Contains(s, "_") {
		return s
	}
	in := []rune(s)
	word := func(i int) bool { return i >= 0 && i < len(in) && (unicode.IsLetter(in[i]) || unicode.IsDigit(in[i])) }
	var b strings.Builder
	for i, r := range in {
		if r == '_' && !(word(i-1) && word(i+1)) {
			b.WriteString(`\_`)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// MarkdownCode writes text as code within a line, in a table too; nothing for an
// empty one.
func MarkdownCode(s string) string {
	if s == "" {
		return ""
	}
	s = Clean(s)
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		s = " " + s + " " // or a "`" at its end would be of the fence
	}
	return fence + strings.ReplaceAll(s, "|", `\|`) + fence
}
