package overlay

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"go.uber.org/goleak"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui/tuitest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// said is the last message of an overlay.
type said struct {
	text string
	bad  bool
}

func newStack(t *testing.T) (*Stack, *said) {
	t.Helper()
	var last said
	return NewStack(tuitest.Context(t), func(bad bool, text string) { last = said{text, bad} }), &last
}

// press presses keys. It returns the command of the last key, and whether that was handled.
func press(s *Stack, keys ...string) (cmd tea.Cmd, handled bool) {
	for _, k := range keys {
		msg := tea.KeyPressMsg{Code: []rune(k)[0], Text: k}
		switch k {
		case "esc":
			msg = tea.KeyPressMsg{Code: tea.KeyEscape}
		case "enter":
			msg = tea.KeyPressMsg{Code: tea.KeyEnter}
		case "up":
			msg = tea.KeyPressMsg{Code: tea.KeyUp}
		case "down":
			msg = tea.KeyPressMsg{Code: tea.KeyDown}
		case "left":
			msg = tea.KeyPressMsg{Code: tea.KeyLeft}
		case "right":
			msg = tea.KeyPressMsg{Code: tea.KeyRight}
		case "ctrl+c":
			msg = tea.KeyPressMsg{Code: 'c', Mod: tea.ModCtrl}
		}
		cmd, handled = s.Key(msg)
	}
	return cmd, handled
}

func text(lines []string) string { return ansi.Strip(strings.Join(lines, "\n")) }

// The top overlay is drawn and gets the keys; a job handles only esc.
func TestTheTopOverlayGetsTheKeys(t *testing.T) {
	s, last := newStack(t)
	s.Start(&Job{What: "Tracing", Run: func(context.Context) (profile.Outcome, error) { return profile.Outcome{}, nil }})
	if _, handled := press(s, "x"); handled {
		t.Error("a job takes the keys of the page")
	}
	asked := false
	s.Ask("Sure? y does", func() tea.Cmd { asked = true; return nil })
	if got := text(s.Footer(40)); !strings.Contains(got, "Sure?") {
		t.Errorf("the footer is %q", got)
	}
	press(s, "n")
	if asked || last.text != "Canceled." {
		t.Errorf("after another key than y: done %t, said %q", asked, last.text)
	}
	if got := text(s.Footer(40)); !strings.Contains(got, "Tracing") {
		t.Errorf("below the question the footer is %q", got)
	}
	s.Ask("Sure? y does", func() tea.Cmd { asked = true; return nil })
	press(s, "y")
	if !asked {
		t.Error("y did nothing")
	}
	press(s, "esc")
	if s.Top() != nil || last.text != "Tracing: stopped." {
		t.Errorf("after esc %T is open, said %q", s.Top(), last.text)
	}
}

// The keys that end the program or close an overlay work on every overlay.
func TestKeysThatClose(t *testing.T) {
	show := func(profile.Kind) tea.Cmd { return nil }
	for name, open := range map[string]func(s *Stack){
		"menu":     func(s *Stack) { s.OpenMenu([]profile.Kind{profile.Heap}, nil, show) },
		"help":     func(s *Stack) { s.OpenHelp(page{}, []string{"Page"}, 60, 20) },
		"question": func(s *Stack) { s.Ask("Sure?", nil) },
		"save": func(s *Stack) {
			s.OpenSave("Export", "a.md", 80, func() (export.Document, []export.Format) { return export.Document{}, nil })
		},
		"filter": func(s *Stack) { s.OpenFilter(page{}, 80) },
	} {
		for _, k := range []string{"esc", "q", "ctrl+c"} {
			s, _ := newStack(t)
			open(s)
			_, handled := press(s, k)
			if types := name == "filter"; !handled || (s.Top() == nil) != (k != "q" || !types) && k != "ctrl+c" {
				t.Errorf("%s on %s: handled %t, open %T", k, name, handled, s.Top())
			}
		}
	}
}

// page is a blank page.
type page struct{ tuitest.Blank }

// A job shows its progress and its cost; the result of a stopped job is not shown.
func TestJobShowsItsProgress(t *testing.T) {
	s, last := newStack(t)
	done := 0
	j := &Job{
		What: "Tracing", Price: "30–210ms of CPU", Seconds: 3,
		Run:  func(context.Context) (profile.Outcome, error) { return profile.Outcome{}, nil },
		Done: func(profile.Outcome, error) tea.Cmd { done++; return nil },
	}
	s.Start(j)
	s.Update(jobTickMsg{j})
	if got := text(s.Footer(80)); !strings.Contains(got, "Tracing ████░░░░░░░░ 1 of 3s") || !strings.Contains(got, "esc stops it") || !strings.Contains(got, j.Price) {
		t.Errorf("the footer is %q", got)
	}
	s.Start(&Job{What: "Dumping"})
	if last.text != "Tracing is still running; esc stops it." {
		t.Errorf("of a second job it says %q", last.text)
	}
	press(s, "esc")
	s.Update(answeredMsg{job: j})
	if done != 0 {
		t.Error("the answer of a stopped job is shown")
	}
	j.Seconds = 0
	s.Start(j)
	s.Update(jobTickMsg{&Job{}})
	j.passed = 10
	if got := text(s.Footer(80)); !strings.Contains(got, "Tracing, 10s · esc") {
		t.Errorf("without an end the footer is %q", got)
	}
	s.Update(answeredMsg{job: j})
	if done != 1 || s.Top() != nil {
		t.Errorf("done %d times, open %T", done, s.Top())
	}
}

// A timed profile can be made longer, shows its progress, and stops when its menu is closed.
// Ticks for a closed menu do not affect another one.
func TestMenuShowsItsProgress(t *testing.T) {
	s, last := newStack(t)
	var asked source.Query
	open := func() (*Menu, tea.Cmd) {
		s.OpenMenu([]profile.Kind{profile.Heap, profile.CPU}, func(ctx context.Context, q source.Query) (func() tea.Cmd, error) {
			asked = q
			return nil, ctx.Err()
		}, func(profile.Kind) tea.Cmd { t.Error("what was stopped is shown"); return nil })
		press(s, "down", "left", "left", "left", "right")
		if got := text(s.Lines(100, 12)); !strings.Contains(got, "CPU, 5s") {
			t.Errorf("the menu is\n%s", got)
		}
		cmd, _ := press(s, "enter")
		return s.Top().(*Menu), cmd
	}
	first, _ := open()
	press(s, "esc")
	if last.text != "CPU: stopped." {
		t.Errorf("it says %q", last.text)
	}
	second, cmd := open()
	s.Update(menuTickMsg{first})
	if second.passed != 0 {
		t.Error("the ticks of the first menu move the second")
	}
	s.Update(menuTickMsg{second})
	s.Update(menuTickMsg{second})
	if got := text(s.Lines(100, 12)); !strings.Contains(got, "2 of 5s") || !strings.Contains(got, strings.Repeat("█", 12)+strings.Repeat("░", 18)) {
		t.Errorf("the menu is\n%s", got)
	}
	press(s, "esc")
	for _, c := range cmd().(tea.BatchMsg) {
		if msg, ok := c().(fetchedMsg); ok {
			if !errors.Is(msg.err, context.Canceled) || asked.Seconds != 5 {
				t.Errorf("it asked for %+v and got %v", asked, msg.err)
			}
			s.Update(msg)
			break
		}
	}
}

// While a file is written the prompt shows the progress, and esc stops it without leaving a
// file.
func TestWritingShowsItsProgressAndCanBeStopped(t *testing.T) {
	s, last := newStack(t)
	path := filepath.Join(t.TempDir(), "a.md")
	doc := export.Document{Title: "Functions"}
	s.OpenSave("Export this view", path, 80, nil)
	p := s.Top().(*Save)
	s.Update(documentMsg{p, doc, export.Formats})
	cmd, _ := press(s, "enter")
	s.Update(saveTickMsg{p})
	if got := text(s.Lines(80, 20)); !strings.Contains(got, "Writing: ") || !strings.Contains(got, "esc stops it") {
		t.Errorf("the prompt is\n%s", got)
	}
	press(s, "esc")
	for _, c := range cmd().(tea.BatchMsg) { // it runs only now
		if msg, ok := c().(savedMsg); ok {
			s.Update(msg)
			break
		}
	}
	if last.text != "Stopped: nothing was written." || s.Top() != nil {
		t.Errorf("it says %q", last.text)
	}
	if all, err := os.ReadDir(filepath.Dir(path)); err != nil || len(all) > 0 {
		t.Errorf("what was stopped left %v: %v", all, err)
	}
}

// q closes the prompt for a file like a menu, unless a name has been typed.
func TestTypedNamesHaveLetters(t *testing.T) {
	s, _ := newStack(t)
	s.OpenSave("Export", "a", 80, nil)
	press(s, "x", "q")
	if p, open := s.Top().(*Save); !open || p.input.Value() != "axq" {
		t.Errorf("after x and q %T is open", s.Top())
	}
}

// Each format has its own line, aligned with the others, and the reason why some are missing
// appears once, in full.
func TestFormatsOfTheSavePrompt(t *testing.T) {
	s, _ := newStack(t)
	s.OpenSave("Export", "a.md", 80, nil)
	p := s.Top().(*Save)
	s.Update(documentMsg{p, export.Document{Title: "Events", Tables: []export.Table{{}}}, export.Formats})
	got := text(s.Lines(80, 24))
	if strings.Contains(got, theme.SymbolMore) || strings.Count(got, "Functions, Stacks and Goroutines have one") != 1 {
		t.Errorf("the prompt is\n%s", got)
	}
	for _, f := range export.Formats {
		if !strings.Contains(got, f.Ext) {
			t.Errorf("%s is missing:\n%s", f.Ext, got)
		}
	}
	s.Update(documentMsg{p, export.Document{}, nil})
	p.choices = nil
	for _, f := range export.Formats {
		p.choices = append(p.choices, choice{Format: f})
	}
	column := -1
	for _, f := range export.Formats {
		for l := range strings.Lines(text(s.Lines(80, 24))) {
			if _, after, ok := strings.Cut(l, " "+f.Ext+" "); ok {
				at := ansi.StringWidth(l) - ansi.StringWidth(strings.TrimLeft(after, " "))
				if column >= 0 && at != column {
					t.Errorf("%s is not aligned:\n%s", f.Ext, text(s.Lines(80, 24)))
				}
				column = at
			}
		}
	}
	for i, f := range export.Formats { // on a low screen the chosen format is visible
		p.input.SetValue("a" + f.Ext)
		if got := text(s.Lines(80, 6)); !strings.Contains(got, theme.SymbolCursor+" "+f.Ext+" ") {
			t.Errorf("format %d is not visible:\n%s", i, got)
		}
	}
}

// The palette shows what the chosen command does and all arguments that it takes.
func TestPaletteDescribesTheChosenCommand(t *testing.T) {
	s, _ := newStack(t)
	choices := []string{"txt", "md", "csv", "json", "html", "graph.svg", "png", "svg", "folded"}
	s.OpenPalette([]Command{{Name: "export", Args: "FORMAT", Choices: choices, About: "write this view to a file"}, {Name: "help", About: "help"}})
	got := strings.Join(strings.Fields(text(s.Lines(80, 11))), " ")
	if want := "write this view to a file: " + strings.Join(choices, ", "); !strings.Contains(got, want) {
		t.Errorf("the palette lacks %q:\n%s", want, text(s.Lines(80, 11)))
	}
	press(s, "down")
	if got := text(s.Lines(80, 11)); strings.Contains(got, "folded") {
		t.Errorf("help is described by\n%s", got)
	}
}
