// Package webview serves pprof's own web view on loopback, and has the page that shows
// its address.
package webview

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// page shows the address of pprof's web view, and how to reach it from another
// machine.
type page struct {
	vc   *tui.ViewContext
	of   *Server
	room tui.Rect
}

// New returns the page that shows the address of a web view.
func New(vc *tui.ViewContext, of *Server) tui.Page { return &page{vc: vc, of: of} }

// Title implements [tui.Page].
func (p *page) Title() string { return "pprof's web view" }

// Resize implements [tui.Page].
func (p *page) Resize(r tui.Rect) { p.room = r }

// Refresh implements [tui.Page].
func (p *page) Refresh(bool) tea.Cmd { return nil }

// Update implements [tui.Page].
func (p *page) Update(tea.Msg) tea.Cmd { return nil }

// Open implements [tui.Page].
func (p *page) Open() tui.Page { return nil }

// Position implements [tui.Page].
func (p *page) Position() string { return "" }

// View implements [tui.Page].
func (p *page) View() string {
	t, w := p.vc.Theme, p.room.W
	var out []string
	para := func(tone theme.Tone, text string) {
		for _, l := range format.WrapIndented(text, w-1, " ") {
			out = append(out, t.Render(tone, l))
		}
	}
	para(theme.Plain, "The standard pprof web view on "+p.of.of+":")
	para(theme.Accent, "  "+p.of.URL())
	out = append(out, "")
	para(theme.Plain, "To open it on your own machine, run this there first, then open the same address:")
	para(theme.Accent, fmt.Sprintf("  ssh -N -L %d:%s %s", p.of.port, p.of.Address(), p.of.host))
	out = append(out, "")
	para(theme.Dim, "It listens on loopback only. Other users of this host can see the port, but get nothing without the path, so keep it secret. The graph needs Graphviz on this host; the other views do not. w closes it, and so does leaving leaktop.")
	return strings.Join(tui.Fill(out, w, p.room.H), "\n")
}

// Hints implements [tui.Page].
func (p *page) Hints() []key.Binding {
	return []key.Binding{p.vc.Keys.Back, tui.Bind(p.vc.Keys.WebView.Help().Key, "close the web view", "w")}
}

// Help implements [tui.Page].
func (p *page) Help() []string {
	return []string{"The address of pprof's own web view of the profile that was on screen. It does not follow the target: press w twice to reopen it with the current profile."}
}

// Document omits the secret path.
func (p *page) Document() func(*export.Document) {
	text := "The standard pprof web view is open on " + p.of.of + "."
	return func(d *export.Document) { d.Text = append(d.Text, export.Paragraph{Text: text}) }
}
