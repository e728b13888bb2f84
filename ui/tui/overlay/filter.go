package overlay

import (
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// filterHelp is shown next to the filter while it is typed.
const filterHelp = "regexp, or ~fuzzy · enter keeps it · esc drops it"

// placeWidth is the width of the position among the rows: "1–12 of 31,491".
const placeWidth = 16

// Filter is the prompt for a page's filter. The rows are filtered while it is
// typed.
type Filter struct {
	stack *Stack
	page  tui.FilterablePage
	input textinput.Model
}

// newInput returns an editable line of text in the terminal's own colors, which every
// theme has. Its cursor does not blink, since each blink would redraw the screen.
func newInput(prompt, text string) textinput.Model {
	in := textinput.New()
	in.Prompt = prompt
	in.SetStyles(textinput.Styles{Cursor: textinput.CursorStyle{Color: lipgloss.NoColor{}, Shape: tea.CursorBlock}})
	in.SetValue(text)
	in.CursorEnd()
	return in
}

// OpenFilter opens the prompt for the filter of a page, on a screen of w columns.
func (s *Stack) OpenFilter(page tui.FilterablePage, w int) tea.Cmd {
	f := &Filter{stack: s, page: page, input: newInput("/", page.Filter())}
	f.setWidth(w)
	s.Open(f)
	return f.input.Focus()
}

func (f *Filter) setWidth(w int) {
	f.input.SetWidth(max(8, min(60, w-4-len(filterHelp)-placeWidth)))
}

// Key edits the filter; up and down move among the rows.
func (f *Filter) Key(msg tea.KeyPressMsg) (tea.Cmd, bool) {
	switch msg.String() {
	case "enter":
		f.stack.Close(f)
		return nil, true
	case "esc", "ctrl+c":
		f.stack.Close(f)
		return f.page.SetFilter(""), true
	case "up", "down":
		return f.page.Update(msg), true
	}
	return f.editText(msg), true
}

// editText passes typed or pasted text to the filter.
func (f *Filter) editText(msg tea.Msg) tea.Cmd {
	var cmd tea.Cmd
	f.input, cmd = f.input.Update(msg)
	return tea.Batch(cmd, f.page.SetFilter(strings.TrimSpace(f.input.Value())))
}

// Mouse does nothing while the filter is typed.
func (f *Filter) Mouse(tea.MouseMsg) bool { return true }

// Update handles pasted text and resizing.
func (f *Filter) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.PasteMsg:
		return f.editText(msg)
	case tea.WindowSizeMsg:
		f.setWidth(msg.Width)
	}
	return nil
}

// Lines returns nil, so that the page stays visible.
func (f *Filter) Lines(int, int) []string { return nil }

// Footer returns the prompt.
func (f *Filter) Footer(w int) []string {
	t := f.stack.vc.Theme
	left := " " + f.input.View() + "  " + t.Render(theme.Dim, filterHelp)
	right := t.Render(theme.Dim, f.page.Position()+" ")
	return []string{format.Pad(left, w-format.Width(right)) + right}
}
