package format

import "testing"

func TestMarkdown(t *testing.T) {
	for in, want := range map[string]string{
		"store.(*Cache).Put":      `store.(\*Cache).Put`,
		"snake_case #1 a|b":       `snake_case \#1 a\|b`,
		"_so_ x_ __init__":        `\_so\_ x\_ \_\_init\_\_`,
		"<img src=x> &lt; [a](b)": `\<img src=x\> \&lt; \[a\](b)`,
		"a`b\\":                   "a\\`b\\\\",
		"\x1b[31mred\nnext":       "red next",
	} {
		if got := Markdown(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{
		"":              "",
		"a.Map[x|y]":    "`a.Map[x\\|y]`",
		"tick`":         "`` tick` ``",
		"two``":         "``` two`` ```",
		"\x1b]0;t\x07x": "`x`",
	} {
		if got := MarkdownCode(in); got != want {
			t.Errorf("code of %q: got %q, want %q", in, got, want)
		}
	}
}
