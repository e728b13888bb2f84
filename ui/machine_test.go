package ui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/process"
	"github.com/leaktop/leaktop/source/session"
)

// machineScreen is the list of processes, driven by hand: time passes only with [tick].
type machineScreen struct {
	t     *testing.T
	m     *MachineModel
	found process.Scan
	err   error // of the next scan
	scans int
	quit  bool
	there map[string]bool // whose sessions go on
}

// someProcesses are three of an imaginary machine.
func someProcesses() process.Scan {
	at := time.Date(2026, 5, 4, 14, 0, 0, 0, time.UTC)
	shop := process.Program{GoVersion: "go1.26.8", Module: "example.com/shop/checkout", Version: "v1.9.2"}
	return process.Scan{Time: at, Hidden: 12, Processes: []process.Process{
		{
			PID: 4711, Parent: 1, Name: "checkout", User: "shop", Program: shop, CPU: 0.42, HasCPU: true, Threads: 14, Files: 37, Start: at.Add(-26 * time.Hour),
			Memory: memory.Reading{RSS: 940 << 20, Anon: 900 << 20, File: 40 << 20, Swap: 20 << 20}, Cgroup: process.Cgroup{Limit: 1 << 30, WorkingSet: 950 << 20},
			Listeners: []process.Listener{{Network: "tcp", Address: "127.0.0.1:6060", Pprof: true}, {Network: "tcp", Address: "127.0.0.1:8080"}},
		},
		{
			PID: 812, Parent: 1, Name: "etl\x1b[2J", User: "data", Program: process.Program{GoVersion: "go1.21.0", Module: "example.com/etl"}, HasCPU: true, Threads: 5, Files: 9, Start: at.Add(-90 * time.Second),
			Memory: memory.Reading{RSS: 120 << 20, Anon: 20 << 20, File: 100 << 20}, Listeners: []process.Listener{{Network: "unix", Address: "/run/etl.sock"}},
		},
		{
			PID: 9, Parent: 1, Name: "agent", User: "root", Program: process.Program{GoVersion: "go1.26.8", Module: "example.com/agent"}, Threads: 8, Start: at.Add(-5 * time.Hour),
			Memory: memory.Reading{RSS: 30 << 20, Anon: 10 << 20, File: 20 << 20}, OtherNetwork: true, FilesHidden: true,
		},
	}}
}

func newMachineScreen(t *testing.T, w, h int) *machineScreen {
	t.Helper()
	s := &machineScreen{t: t, found: someProcesses()}
	s.m = newMachine(machineAccess{
		scan:  func() (process.Scan, error) { s.scans++; return s.found, s.err },
		rest:  func() tea.Msg { return nil },
		end:   func(there map[string]bool) { s.there = there },
		watch: watchRecorded,
	}, colorprofile.NoTTY, false)
	s.send(tea.WindowSizeMsg{Width: w, Height: h})
	s.send(s.m.scan()())
	return s
}

// watchRecorded opens a recording in place of a process that serves pprof.
func watchRecorded(p process.Process) (*session.Session, error) {
	if _, ok := p.Pprof(); !ok {
		return nil, source.ExplainNoPprof(p)
	}
	t, err := source.ParseTarget("../testdata/check/leaking.tar")
	if err != nil {
		return nil, err
	}
	src, err := source.Open(context.Background(), t, source.Options{FullSpeed: true})
	if err != nil {
		return nil, err
	}
	w := session.New(src)
	return w, w.Run(context.Background())
}

// send delivers a message and what its commands answer.
func (s *machineScreen) send(msg tea.Msg) {
	_, cmd := s.m.Update(msg)
	s.do(cmd)
}

func (s *machineScreen) do(cmd tea.Cmd) {
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
	default:
		s.send(msg)
	}
}

// tick lets the next scan come.
func (s *machineScreen) tick() { s.send(scanDueMsg{}) }

func (s *machineScreen) press(keys ...string) {
	for _, k := range keys {
		s.send(keyPress(k))
	}
}

func (s *machineScreen) text() string { return ansi.Strip(s.m.View().Content) }

func (s *machineScreen) wants(what string, texts ...string) {
	s.t.Helper()
	for _, text := range texts {
		if !strings.Contains(s.text(), text) {
			s.t.Fatalf("%s: no %q on\n%s", what, text, s.text())
		}
	}
}

func TestMachineGolden(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		s := newMachineScreen(t, size[0], size[1])
		wantGolden(t, fmt.Sprintf("machine-%dx%d.txt", size[0], size[1]), trimLines(s.text()))
	}
}

// It is refreshed, and filtered while the filter is typed; the cursor stays on its row.
func TestMachineIsLive(t *testing.T) {
	s := newMachineScreen(t, 120, 40)
	s.wants("the first scan", "3 Go processes", "1 with pprof", "12 other processes cannot be read; root can.", "checkout", ":6060", "42%")
	if strings.Contains(s.text(), "[2J") {
		t.Errorf("a name is not cleaned:\n%s", s.text())
	}
	s.press("j")
	s.wants("the second row", "/run/etl.sock; give the URL")
	s.found.Processes = append([]process.Process{{PID: 77, Name: "new", Memory: memory.Reading{RSS: 4 << 30}}}, s.found.Processes...)
	s.tick()
	s.wants("the next scan", "4 Go processes", "4.00 GiB", "/run/etl.sock; give the URL")
	s.press("/", "a", "g", "e", "n")
	s.wants("a filter", "1–1 of 1", "example.com/agent", "another network namespace")
	s.press("enter")
	if s.press("esc"); s.quit {
		t.Error("esc quits")
	}
	s.wants("no filter", "1–4 of 4")
	s.press("space")
	s.found.Processes = s.found.Processes[:1]
	s.tick()
	s.wants("a pause", "table paused", "1–4 of 4")
	s.press("space")
	s.wants("no pause", "1–1 of 1")
	s.err = errors.New("list processes: no more files")
	s.tick()
	s.wants("a failure", "List processes: no more files.", "cannot list them", "1–1 of 1")
	s.err = nil
	s.tick()
	s.wants("it works again", "every 2s")
	s.found.Hidden = 1
	s.tick()
	s.wants("one of another user", "1 other process cannot be read")
	s.press("?")
	s.wants("help", "MEMORY is what is resident or swapped out.")
	s.press("esc", "b")
	s.wants("a key of one process", "enter opens it")
	if s.press("q"); !s.quit {
		t.Error("q does not quit")
	}
}

// A process that serves pprof is opened, left, and found again as it was; another one is
// explained.
func TestMachineOpens(t *testing.T) {
	s := newMachineScreen(t, 120, 40)
	s.press("j", "enter")
	s.wants("no pprof", "does not serve pprof at unix:/run/etl.sock", "docs/serving-pprof.md")
	s.press("k", "enter")
	s.wants("opened", "processes › ", "FUNCTION", "LEAK")
	s.press("3")
	before, scans := s.text(), s.scans
	s.tick()
	if s.scans != scans {
		t.Error("the processes are listed while none is on screen")
	}
	s.press("esc", "esc", "esc")
	s.wants("the list", "3 Go processes")
	s.tick()
	s.wants("what was opened", "VERDICT", "● LEAK")
	if k := s.found.Processes[0].Key(); len(s.there) != 3 || !s.there[k] {
		t.Errorf("the sessions of %v go on, want that of %s too", s.there, k)
	}
	s.press("enter")
	if v := s.m.opened; v == nil || len(s.m.members) != 1 {
		t.Fatalf("it is not the same view:\n%s", s.text())
	}
	s.press("3")
	if got := s.text(); got != before {
		t.Errorf("it was not kept:\n%s\nbefore\n%s", got, before)
	}
}
