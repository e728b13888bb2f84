package overlay

import (
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// maxQuestionLines is how much of the screen a question may take.
const maxQuestionLines = 4

// Question is what must be answered with y before something happens.
type Question struct {
	stack *Stack
	text  string
	yes   func() tea.Cmd
}

// Ask puts a question; yes is called when it is answered with y.
func (s *Stack) Ask(text string, yes func() tea.Cmd) {
	s.Open(&Question{stack: s, text: text, yes: yes})
}

// Key takes the answer.
func (q *Question) Key(msg tea.KeyPressMsg) (tea.Cmd, bool) {
	q.stack.Close(q)
	switch msg.String() {
	case "y", "Y":
		return q.yes(), true
	case "ctrl+c":
		return tea.Quit, true
	}
	q.stack.say(false, "Left alone.")
	return nil, true
}

// Mouse does nothing: a click must not go past the question.
func (q *Question) Mouse(tea.MouseMsg) bool { return true }

// Update does nothing.
func (q *Question) Update(tea.Msg) tea.Cmd { return nil }

// Lines leaves the page in sight.
func (q *Question) Lines(int, int) []string { return nil }

// Footer returns the question.
func (q *Question) Footer(w int) []string {
	return tui.MessageLines(q.stack.vc.Theme, theme.Warn, q.text, w, maxQuestionLines)
}
