package ui

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/theme"
)

// handedPage shows where pprof's web view is, and how to get there from another
// machine.
type handedPage struct {
	sh   *shared
	of   *handed
	room rect
}

// newHandedPage makes the page that shows where a web view is.
func newHandedPage(sh *shared, of *handed) page { return &handedPage{sh: sh, of: of} }

func (p *handedPage) title() string          { return "pprof's web view" }
func (p *handedPage) resize(r rect)          { p.room = r }
func (p *handedPage) refresh(bool) tea.Cmd   { return nil }
func (p *handedPage) update(tea.Msg) tea.Cmd { return nil }
func (p *handedPage) open() page             { return nil }
func (p *handedPage) place() string          { return "" }

func (p *handedPage) view() string {
	t, w := p.sh.theme, p.room.w
	var out []string
	para := func(tone theme.Tone, text string) {
		for _, l := range wrap(text, w-1, " ") {
			out = append(out, t.Render(tone, l))
		}
	}
	para(theme.Plain, "The standard pprof web view on "+p.of.of+":")
	para(theme.Accent, "  "+p.of.url())
	out = append(out, "")
	para(theme.Plain, "From your own machine, run this there first, then open the same address there:")
	para(theme.Accent, fmt.Sprintf("  ssh -N -L %d:%s %s", p.of.port, p.of.address(), p.of.host))
	out = append(out, "")
	para(theme.Dim, "It listens on loopback only. Others on this host can see the port, but get nothing without the path: keep it to yourself. The graph needs Graphviz on this host; the other views do not. w closes it, and so does leaving leaktop.")
	return strings.Join(fill(out, w, p.room.h), "\n")
}

func (p *handedPage) hints() []key.Binding {
	return []key.Binding{p.sh.keys.Back, bind(p.sh.keys.HandOver.Help().Key, "close the web view", "w")}
}

func (p *handedPage) help() []string {
	return []string{"The address of pprof's own web view on the profile that was on screen. It does not follow the target: w closes it, and w again opens it on what is on screen then."}
}

// document does not tell the path.
func (p *handedPage) document() func(*export.Document) {
	text := "The standard pprof web view is open on " + p.of.of + "."
	return func(d *export.Document) { d.Text = append(d.Text, export.Paragraph{Text: text}) }
}
