package format

import "strings"

// markdown escapes what means something in GitHub's Markdown where text runs.
var markdown = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`, "&", `\&`, "|", `\|`, "#", `\#`,
)

// Markdown writes text that is to be read as it is, in a table too.
func Markdown(s string) string { return markdown.Replace(Clean(s)) }

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
