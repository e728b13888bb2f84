package format

import (
	"strings"
	"unicode"
)

// markdownEscaper escapes the characters that are special in running text in GitHub's
// Markdown.
var markdownEscaper = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`, "&", `\&`, "|", `\|`, "#", `\#`,
)

// Markdown cleans text, see [Clean], and escapes it for Markdown, including tables.
func Markdown(s string) string { return escapeUnderscores(markdownEscaper.Replace(Clean(s))) }

// escapeUnderscores escapes underscores that could begin or end an emphasis. Those
// within a word cannot (CommonMark, 6.2), and names such as inuse_space should stay
// searchable.
func escapeUnderscores(s string) string {
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

// MarkdownCode returns text as inline code, also for use in a table; "" for empty
// text.
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
		s = " " + s + " " // keeps a "`" at its end apart from the fence
	}
	return fence + strings.ReplaceAll(s, "|", `\|`) + fence
}
