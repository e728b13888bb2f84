package ui

import (
	"bytes"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/overview"
)

// exportAction saves or copies what is on screen.
type exportAction struct{ *core }

// buildDocument returns a function that builds a document of what is on screen. It
// is called by Update; the function it returns runs in a command.
func (a exportAction) buildDocument() func() export.Document {
	d := a.newDocument(a.currentPage().Title())
	add, h, span := pageDocument(a.currentPage()), a.vc.History, a.vc.Span()
	return func() export.Document {
		add(&d)
		if d.Profile != nil {
			d.Growth = growthOf(h, d.Profile, span)
		}
		return d
	}
}

// growthOf returns the growth of the functions of a profile, per hour.
func growthOf(h *profile.History, x *profile.Extract, span time.Duration) map[*profile.Function]float64 {
	t, ok := h.Rows(profile.Selection{Kind: x.Kind, Type: x.Type.Name, By: profile.ByFunction, Baseline: !x.Baseline.IsZero(), Window: span})
	if !ok || t.GrowthSpan < leak.MinRateSpan {
		return nil
	}
	out := map[*profile.Function]float64{}
	for _, r := range t.Rows {
		out[r.Func] = r.Growth * 3600
	}
	return out
}

// newDocument returns a document with what is shown above every page.
func (a exportAction) newDocument(title string) export.Document {
	d := export.Document{
		Title: title, Path: a.nav.stepTitles(), Target: a.targetName(), Time: a.now(), GoVersion: a.vc.State.Facts.GoVersion,
		View:     export.View{Window: a.shownSettings().Window, Paused: a.vc.Paused},
		Incident: a.describeIncident(), Verdict: overview.Sentences(a.vc), Warnings: append(tui.UrgentTexts(a.vc), tui.OtherTexts(a.vc)...), Charts: a.overview.Charts(),
	}
	if start := a.vc.State.Start; !start.IsZero() {
		d.Watched = d.Time.Sub(start)
	}
	if s := a.shownSettings(); s.Baseline {
		if d.View.Baseline = s.Since; s.Since.IsZero() {
			d.View.Baseline = a.vc.History.Baseline()
		}
	}
	return d
}

// pageDocument returns the function that adds a page to a document.
func pageDocument(p tui.Page) func(*export.Document) {
	if e, ok := p.(tui.Exporter); ok {
		return e.Document()
	}
	text := ansi.Strip(p.View())
	return func(d *export.Document) {
		d.Text = append(d.Text, export.Paragraph{Text: strings.TrimRight(text, " \n"), IsCode: true})
	}
}

// openSave asks where to save what is on screen.
func (a exportAction) openSave() tea.Cmd { return a.openSaveAs(".md") }

// openSaveAs asks for a file with an extension, which selects the format.
func (a exportAction) openSaveAs(ext string) tea.Cmd {
	build := a.buildDocument()
	name := a.fileName(a.currentPage().Title()) + ext
	return a.overlays.OpenSave("Export this view", name, a.width, func() (export.Document, []export.Format) {
		return build(), export.Formats
	})
}

// fileName returns a file name with the current time, without an extension:
// "leaktop-shop-checkout-7d9f6-functions-20260314-120000".
func (c *core) fileName(what string) string {
	moment := c.now().Local().Format("20060102-150405")
	return strings.Join([]string{"leaktop", slugOf(c.targetName(), 40), slugOf(what, 60), moment}, "-")
}

// slugOf turns a text into part of a file name that needs no quoting in a shell, of at
// most maxLen bytes.
func slugOf(s string, maxLen int) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		switch {
		case b.Len() >= maxLen:
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	if out := strings.Trim(b.String(), "-"); out != "" {
		return out
	}
	return "view"
}

// maxCopyLen is the maximum size of a copied text, in bytes: terminals drop longer
// sequences. The strictest common one accepts 100,000 bytes of base64.
const maxCopyLen = 74_000

// copiedMsg carries the text of a view to be copied.
type copiedMsg struct {
	action exportAction
	text   string
	err    error
}

// copyView copies what is on screen as Markdown.
func (a exportAction) copyView() tea.Cmd { return a.copyDocument(a.buildDocument()) }

// copyDocument returns a command that renders a document as Markdown.
func (a exportAction) copyDocument(build func() export.Document) tea.Cmd {
	return func() tea.Msg {
		d := build()
		f, _ := export.FormatOf(".md")
		var b bytes.Buffer
		err := f.WriteTo(&b, &d)
		return copiedMsg{a, b.String(), err}
	}
}

// Apply passes the text to the terminal (OSC 52), which copies it to the clipboard of
// the user's machine, even over ssh. The terminal does not reply, so the status says
// that it may have refused.
func (m copiedMsg) Apply() tea.Cmd {
	switch {
	case m.err != nil:
		m.action.reportStatus(true, format.Capitalize(m.err.Error()))
		return nil
	case len(m.text) > maxCopyLen:
		m.action.reportStatus(true, "The view is too long for a terminal's clipboard, "+format.Bytes(len(m.text))+": e writes it to a file.")
		return nil
	}
	m.action.reportStatus(false, "Copied the view as Markdown, "+format.Bytes(len(m.text))+". If the clipboard is empty, the terminal must allow it: in tmux, set -g set-clipboard on.")
	return tea.SetClipboard(m.text)
}
