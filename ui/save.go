package ui

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
	"github.com/leaktop/leaktop/ui/tui"
)

// form is a format that can be chosen in the prompt.
type form struct {
	export.Format
	needs string // why it can't be had of this page, empty if it can
}

// saving is the prompt for a file: its name, and the formats to choose among.
type saving struct {
	title string
	input textinput.Model
	forms []form // none while the document is being made
	doc   export.Document
	note  string // said under the name
	bad   bool
	sure  string // the file that a yes overwrites

	cancel context.CancelFunc // ends the writing; nil while nothing is written
	done   atomic.Int64       // bytes
	ticks  int                // since it began
}

// documentMsg brings what is to be saved.
type documentMsg struct {
	to    *saving
	doc   export.Document
	forms []export.Format
}

// savedMsg says how the writing went.
type savedMsg struct {
	to   *saving
	path string
	err  error
}

// savingMsg lets the prompt show how far the writing is.
type savingMsg struct{ to *saving }

// openSave asks where to write what is on screen.
func (m *Model) openSave(tea.KeyPressMsg) tea.Cmd {
	s := &saving{title: "Export this view"}
	build := m.document()
	return m.prompts(s, m.fileName(m.page().Title())+".md", func() tea.Msg { return documentMsg{s, build(), export.Formats} })
}

// prompts opens a prompt with a name; build makes what is to be written.
func (m *Model) prompts(s *saving, name string, build tea.Cmd) tea.Cmd {
	m.save = s
	s.input = textinput.New()
	s.input.Prompt = ""
	s.input.SetValue(name)
	s.input.CursorEnd()
	s.resize(m.width)
	return tea.Batch(s.input.Focus(), build)
}

func (s *saving) resize(w int) { s.input.SetWidth(max(1, w-10)) }

// fileName is a name for a file of this moment, without its ending:
// "leaktop-shop-checkout-7d9f6-functions-20260314-120000".
func (m *Model) fileName(what string) string {
	return strings.Join([]string{"leaktop", slug(m.name(), 40), slug(what, 30), m.now().Local().Format("20060102-150405")}, "-")
}

// slug makes of a text a part of a file's name that no shell minds.
func slug(s string, most int) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		switch {
		case b.Len() >= most:
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

// documented takes the document, and finds out which formats it has.
func (m *Model) documented(msg documentMsg) {
	s := msg.to
	s.doc = msg.doc
	for _, f := range msg.forms {
		s.forms = append(s.forms, form{f, f.Needs(&s.doc)})
	}
}

// saveKey is a key while the prompt is open.
func (m *Model) saveKey(msg tea.KeyPressMsg) tea.Cmd {
	s := m.save
	sure := s.sure
	s.sure = ""
	switch msg.String() {
	case "esc", "ctrl+c":
		if s.cancel != nil {
			s.cancel() // its message closes the prompt
			return nil
		}
		m.save = nil
		return nil
	}
	if s.cancel != nil {
		return nil
	}
	if sure != "" {
		s.say(false, "")
		if msg.String() == "y" {
			return s.begin(sure, true)
		}
		return nil
	}
	switch msg.String() {
	case "enter":
		return s.enter()
	case "tab", "down":
		s.cycle(1)
		return nil
	case "shift+tab", "up":
		s.cycle(-1)
		return nil
	}
	s.say(false, "")
	var cmd tea.Cmd
	s.input, cmd = s.input.Update(msg)
	return cmd
}

func (s *saving) say(bad bool, text string) { s.note, s.bad = format.Clean(text), bad }

// chosen is the index of the format that the name has, -1 for none.
func (s *saving) chosen() int {
	name := strings.ToLower(s.input.Value())
	return slices.IndexFunc(s.forms, func(f form) bool { return strings.HasSuffix(name, f.Ext) })
}

// cycle gives the name the ending of the next format that can be had.
func (s *saving) cycle(step int) {
	s.say(false, "")
	n, at := len(s.forms), s.chosen()
	base := s.input.Value()
	if at >= 0 {
		base = base[:len(base)-len(s.forms[at].Ext)]
	} else if step < 0 {
		at = 0
	}
	for range n {
		at = (at + step + n) % n
		if s.forms[at].needs == "" {
			s.input.SetValue(base + s.forms[at].Ext)
			s.input.CursorEnd()
			return
		}
	}
}

// enter checks the name, and begins to write.
func (s *saving) enter() tea.Cmd {
	name := strings.TrimSpace(s.input.Value())
	i := s.chosen()
	switch {
	case len(s.forms) == 0:
		s.say(false, "One moment: the view is being gathered.")
	case name == "":
		s.say(true, "Give the file a name.")
	case i < 0 && len(s.forms) > 1 && export.Instead(name) != "":
		s.say(true, export.Instead(name))
	case i < 0:
		s.say(true, "The ending of the name says the format: "+strings.Join(s.endings(), " ")+". tab goes through them.")
	case s.forms[i].needs != "":
		s.say(true, tui.SentenceCase(s.forms[i].needs)+".")
	default:
		return s.begin(name, false)
	}
	return nil
}

func (s *saving) endings() []string {
	var out []string
	for _, f := range s.forms {
		if f.needs == "" {
			out = append(out, f.Ext)
		}
	}
	return out
}

// begin writes in a command.
func (s *saving) begin(path string, overwrite bool) tea.Cmd {
	ctx, cancel := context.WithCancel(context.Background())
	f := s.forms[s.chosen()].Format
	s.cancel, s.ticks = cancel, 0
	s.done.Store(0)
	s.say(false, "")
	return tea.Batch(func() tea.Msg {
		path = expandHome(path)
		if abs, err := filepath.Abs(path); err == nil {
			path = abs
		}
		return savedMsg{s, path, export.Save(ctx, path, overwrite, &s.done, func(w io.Writer) error { return f.WriteTo(w, &s.doc) })}
	}, s.tick())
}

// tick lets the prompt be drawn again soon.
func (s *saving) tick() tea.Cmd {
	return tea.Tick(saveTick, func(time.Time) tea.Msg { return savingMsg{s} })
}

const saveTick = 200 * time.Millisecond

// ticked goes on while something is written.
func (s *saving) ticked() tea.Cmd {
	if s.cancel == nil {
		return nil
	}
	s.ticks++
	return s.tick()
}

// saved closes the prompt, or says what to do.
func (m *Model) saved(msg savedMsg) {
	s := msg.to
	s.cancel()
	s.cancel = nil
	switch {
	case errors.Is(msg.err, context.Canceled):
		m.save = nil
		m.say(false, "Stopped: nothing was written.")
	case errors.Is(msg.err, export.ErrExists):
		s.sure = msg.path
		s.say(true, filepath.Base(msg.path)+" exists. y overwrites it; any other key goes back to the name.")
	case msg.err != nil:
		s.say(true, tui.SentenceCase(msg.err.Error()))
	default:
		m.save = nil
		m.say(false, "Wrote "+msg.path+", "+format.Bytes(s.done.Load())+": only you may read it."+opened(msg.path))
	}
}

// opened says how to open what does not explain itself.
func opened(path string) string {
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
