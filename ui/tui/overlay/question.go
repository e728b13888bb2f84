package overlay

import (
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// maxQuestionLines is how many lines a question may cover.
const maxQuestionLines = 4

// Question must be answered with y before an action is taken.
type Question struct {
	stack *Stack
	text  string
	yes   func() tea.Cmd
}

// Ask asks a question; yes is called if the answer is y.
func (s *Stack) Ask(text string, yes func() tea.Cmd) {
	s.Open(&Question{stack: s, text: text, yes: yes})
}

// Key handles the answer.
func (q *Question) Key(msg tea.KeyPressMsg) (tea.Cmd, bool) {
	q.stack.Close(q)
	switch msg.String() {
	case "y", "Y":
		return q.yes(), true
	case "ctrl+c":
		return tea.Quit, true
	}
	q.stack.say(false, "Canceled.")
	return nil, true
}

// Mouse does nothing: a click must not reach the page below.
func (q *Question) Mouse(tea.MouseMsg) bool { return true }

// Update does nothing.
func (q *Question) Update(tea.Msg) tea.Cmd { return nil }

// Lines returns nil, so that the page stays visible.
func (q *Question) Lines(int, int) []string { return nil }

// Footer returns the question.
func (q *Question) Footer(w int) []string {
	return tui.MessageLines(q.stack.vc.Theme, theme.Warn, q.text, w, maxQuestionLines)
}
