package overlay

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/format"
)

// saveTick is how often the prompt is redrawn while a file is written.
const saveTick = 200 * time.Millisecond

// choice is a format that can be chosen in the prompt.
type choice struct {
	export.Format
	needs string // why this page cannot be exported in it; empty if it can
}

// Save is the prompt for a file: its name, and the formats to choose among.
type Save struct {
	stack   *Stack
	title   string
	input   textinput.Model
	choices []choice // empty until the document is ready
	doc     export.Document
	note    string // shown below the name
	bad     bool   // the note reports a failure
	exists  string // existing file that y overwrites
	edited  bool   // the user has typed in the name, so letters belong to it

	cancel  context.CancelFunc // cancels the writing; nil while nothing is written
	ended   <-chan struct{}    // closed when the writing has ended
	written atomic.Int64       // bytes
	ticks   int                // since writing started
}

// documentMsg carries the document to be saved.
type documentMsg struct {
	save    *Save
	doc     export.Document
	formats []export.Format
}

// savedMsg reports the outcome of writing.
type savedMsg struct {
	save *Save
	path string
	err  error
}

// saveTickMsg redraws the prompt to show the progress.
type saveTickMsg struct{ save *Save }

// OpenSave asks for a file, on a screen of w columns. build makes the document and
// returns the available formats; it runs in a command.
func (s *Stack) OpenSave(title, name string, w int, build func() (export.Document, []export.Format)) tea.Cmd {
	p := &Save{stack: s, title: title, input: newInput("", name)}
	p.setWidth(w)
	s.Open(p)
	return tea.Batch(p.input.Focus(), func() tea.Msg {
		d, formats := build()
		return documentMsg{p, d, formats}
	})
}

func (s *Save) setWidth(w int) { s.input.SetWidth(max(1, w-10)) }

// Key edits the name, chooses a format, writes the file or closes the prompt, as q does
// before anything is typed.
func (s *Save) Key(msg tea.KeyPressMsg) (tea.Cmd, bool) { return s.handleKey(msg), true }

func (s *Save) handleKey(msg tea.KeyPressMsg) tea.Cmd {
	exists := s.exists
	s.exists = ""
	switch k := msg.String(); {
	case k == "esc" || k == "ctrl+c":
		if s.cancel != nil {
			s.cancel() // the message about it closes the prompt
		} else {
			s.stack.Close(s)
		}
		return nil
	case s.cancel != nil:
		return nil
	case exists != "":
		s.setNote(false, "")
		if k == "y" {
			return s.writeFile(exists, true)
		}
		return nil
	case k == "q" && !s.edited:
		s.stack.Close(s)
		return nil
	case k == "enter":
		return s.checkName()
	case k == "tab" || k == "down":
		s.cycleFormat(1)
		return nil
	case k == "shift+tab" || k == "up":
		s.cycleFormat(-1)
		return nil
	}
	s.setNote(false, "")
	return s.editName(msg)
}

// editName passes typed or pasted text to the name.
func (s *Save) editName(msg tea.Msg) (cmd tea.Cmd) {
	s.input, cmd = s.input.Update(msg)
	s.edited = true
	return cmd
}

// Mouse does nothing: a click must not reach the page below.
func (s *Save) Mouse(tea.MouseMsg) bool { return true }

// Update handles the document, pasted text, and the progress of writing.
func (s *Save) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case documentMsg:
		if msg.save == s {
			s.setDocument(msg)
		}
	case savedMsg:
		if msg.save == s {
			s.finishWriting(msg)
		}
	case saveTickMsg:
		if msg.save == s && s.cancel != nil {
			s.ticks++
			return s.tickSoon()
		}
	case tea.WindowSizeMsg:
		s.setWidth(msg.Width)
	case tea.PasteMsg:
		return s.editName(msg)
	}
	return nil
}

// setDocument sets the document and its formats.
func (s *Save) setDocument(msg documentMsg) {
	s.doc = msg.doc
	for _, f := range msg.formats {
		s.choices = append(s.choices, choice{f, f.WhyNot(&s.doc)})
	}
}

func (s *Save) setNote(bad bool, text string) { s.note, s.bad = format.Clean(text), bad }

// chosenFormat returns the index of the format for the name's extension, -1 for none.
func (s *Save) chosenFormat() int {
	name := strings.ToLower(s.input.Value())
	return slices.IndexFunc(s.choices, func(c choice) bool { return strings.HasSuffix(name, c.Ext) })
}

// cycleFormat changes the extension to that of the next available format.
func (s *Save) cycleFormat(step int) {
	s.setNote(false, "")
	n, at := len(s.choices), s.chosenFormat()
	base := s.input.Value()
	if at >= 0 {
		base = base[:len(base)-len(s.choices[at].Ext)]
	} else if step < 0 {
		at = 0
	}
	for range n {
		at = (at + step + n) % n
		if s.choices[at].needs == "" {
			s.input.SetValue(base + s.choices[at].Ext)
			s.input.CursorEnd()
			return
		}
	}
}

// checkName checks the name, and starts writing.
func (s *Save) checkName() tea.Cmd {
	name := strings.TrimSpace(s.input.Value())
	i := s.chosenFormat()
	switch {
	case len(s.choices) == 0:
		s.setNote(false, "One moment: the view is being collected.")
	case name == "":
		s.setNote(true, "Give the file a name.")
	case i < 0 && len(s.choices) > 1 && export.Alternative(name) != "":
		s.setNote(true, export.Alternative(name))
	case i < 0:
		s.setNote(true, "The extension of the name selects the format: "+strings.Join(s.listEndings(), " ")+". tab cycles through them.")
	case s.choices[i].needs != "":
		s.setNote(true, format.Capitalize(s.choices[i].needs)+".")
	default:
		return s.writeFile(name, false)
	}
	return nil
}

func (s *Save) listEndings() []string {
	var out []string
	for _, c := range s.choices {
		if c.needs == "" {
			out = append(out, c.Ext)
		}
	}
	return out
}

// writeFile writes the file in a command.
func (s *Save) writeFile(path string, overwrite bool) tea.Cmd {
	var ctx context.Context
	ctx, s.cancel = context.WithCancel(context.Background())
	f := s.choices[s.chosenFormat()].Format
	s.ticks, s.ended = 0, ctx.Done()
	s.written.Store(0)
	s.setNote(false, "")
	return tea.Batch(func() tea.Msg {
		path = expandHome(path)
		if abs, err := filepath.Abs(path); err == nil {
			path = abs
		}
		err := export.Save(ctx, path, overwrite, &s.written, func(w io.Writer) error { return f.WriteTo(w, &s.doc) })
		return savedMsg{s, path, err}
	}, s.tickSoon())
}

func (s *Save) tickSoon() tea.Cmd {
	return tickUntil(s.ended, saveTick, saveTickMsg{s})
}

// finishWriting closes the prompt, or says what to do about a failure.
func (s *Save) finishWriting(msg savedMsg) {
	s.cancel()
	s.cancel = nil
	switch {
	case errors.Is(msg.err, context.Canceled):
		s.stack.Close(s)
		s.stack.say(false, "Stopped: nothing was written.")
	case errors.Is(msg.err, export.ErrExists):
		s.exists = msg.path
		s.setNote(true, filepath.Base(msg.path)+" exists. y overwrites it; any other key goes back to the name.")
	case msg.err != nil:
		s.setNote(true, format.Capitalize(msg.err.Error()))
	default:
		s.stack.Close(s)
		s.stack.say(false, "Wrote "+msg.path+", "+format.Bytes(s.written.Load())+": readable only by you."+howToOpen(msg.path))
	}
}

// howToOpen says how to open a file whose format does not make that obvious.
func howToOpen(path string) string {
	if strings.HasSuffix(path, ".pb.gz") {
		return " go tool pprof opens it."
	}
	return ""
}

func expandHome(name string) string {
	if rest, ok := strings.CutPrefix(name, "~/"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			return filepath.Join(home, rest)
		}
	}
	return name
}
