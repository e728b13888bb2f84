package overlay

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/tui"
)

// Overlay is something drawn over the page.
type Overlay interface {
	// Key handles a key; handled is false for a key that the overlay does not use,
	// which is then offered to what is below it.
	Key(msg tea.KeyPressMsg) (cmd tea.Cmd, handled bool)
	// Mouse handles a click or a wheel event, in the same way.
	Mouse(msg tea.MouseMsg) (handled bool)
	// Update handles every other message; messages for other overlays are ignored.
	Update(msg tea.Msg) tea.Cmd
	// Lines returns what is shown in place of the page; nil leaves the page visible.
	Lines(w, h int) []string
	// Footer returns the last line of the screen; nil leaves it to what is below.
	Footer(w int) []string
}

// Stack is the open overlays, lowest first.
type Stack struct {
	vc     *tui.ViewContext
	say    func(bad bool, text string)
	layers []Overlay
}

// NewStack returns an empty stack. Overlays report messages through say.
func NewStack(vc *tui.ViewContext, say func(bad bool, text string)) *Stack {
	return &Stack{vc: vc, say: say}
}

// Open puts an overlay on top.
func (s *Stack) Open(o Overlay) { s.layers = append(s.layers, o) }

// Close removes an overlay, wherever it is in the stack.
func (s *Stack) Close(o Overlay) {
	s.layers = slices.DeleteFunc(s.layers, func(l Overlay) bool { return l == o })
}

// Top returns the overlay that is drawn, nil if none is open.
func (s *Stack) Top() Overlay {
	if n := len(s.layers); n > 0 {
		return s.layers[n-1]
	}
	return nil
}

// Find returns the open overlay of a type.
func Find[T Overlay](s *Stack) (found T, ok bool) {
	for _, l := range s.layers {
		if t, is := l.(T); is {
			return t, true
		}
	}
	return found, false
}

// Key offers a key to the overlays, from the top.
func (s *Stack) Key(msg tea.KeyPressMsg) (cmd tea.Cmd, handled bool) {
	for _, l := range slices.Backward(s.layers) {
		if cmd, handled = l.Key(msg); handled {
			return cmd, true
		}
	}
	return nil, false
}

// Mouse offers a click or a wheel event to the overlays, from the top.
func (s *Stack) Mouse(msg tea.MouseMsg) (handled bool) {
	for _, l := range slices.Backward(s.layers) {
		if l.Mouse(msg) {
			return true
		}
	}
	return false
}

// Update passes a message to all overlays, but pasted text only to the top one.
func (s *Stack) Update(msg tea.Msg) tea.Cmd {
	if _, pasted := msg.(tea.PasteMsg); pasted {
		if top := s.Top(); top != nil {
			return top.Update(msg)
		}
		return nil
	}
	var cmds []tea.Cmd
	for _, l := range slices.Clone(s.layers) {
		cmds = append(cmds, l.Update(msg))
	}
	return tea.Batch(cmds...)
}

// Lines returns what the overlays show in place of the page, nil if the page is
// visible.
func (s *Stack) Lines(w, h int) []string {
	for _, l := range slices.Backward(s.layers) {
		if lines := l.Lines(w, h); lines != nil {
			return lines
		}
	}
	return nil
}

// Footer returns the last line, or more, of the top overlay that has one.
func (s *Stack) Footer(w int) []string {
	for _, l := range slices.Backward(s.layers) {
		if lines := l.Footer(w); lines != nil {
			return lines
		}
	}
	return nil
}

// keyHints draws a line of the keys that apply while an overlay is open.
func (s *Stack) keyHints(keys []key.Binding, w int) string {
	return format.Pad(" "+tui.HintLine(s.vc.Theme, keys, nil, w-2), w)
}
