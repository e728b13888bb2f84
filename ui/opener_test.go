package ui

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// listScreen is a list of processes, driven by hand.
type listScreen struct {
	t    *testing.T
	m    *opener
	quit bool
}

// send delivers a message and the results of its commands, except for commands that wait for
// states.
func (s *listScreen) send(msg tea.Msg) {
	_, cmd := s.m.Update(msg)
	s.do(cmd)
}

func (s *listScreen) do(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			s.do(c)
		}
	case tea.QuitMsg:
		s.quit = true
	case fleetMsg:
		if msg.ok {
			s.send(msg)
		}
	default:
		s.send(msg)
	}
}

func (s *listScreen) press(keys ...string) {
	for _, k := range keys {
		s.send(keyPress(k))
	}
}

func (s *listScreen) text() string { return ansi.Strip(s.m.View().Content) }

func (s *listScreen) wants(what string, texts ...string) {
	s.t.Helper()
	for _, text := range texts {
		if !strings.Contains(s.text(), text) {
			s.t.Fatalf("%s: the screen lacks %q:\n%s", what, text, s.text())
		}
	}
}

// wantGolden compares a text with a golden file; -update writes it.
func wantGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := errors.Join(os.MkdirAll("testdata", 0o755), os.WriteFile(path, []byte(got), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}

// trimLines removes trailing spaces from lines.
func trimLines(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n") + "\n"
}
