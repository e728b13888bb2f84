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

	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/fleet"
	"github.com/leaktop/leaktop/source/process"
	"github.com/leaktop/leaktop/source/sourcetest"
	"github.com/leaktop/leaktop/ui/format"
)

// machineScreen is the list of processes, driven by hand: time passes only with [machineScreen.completeScan].
type machineScreen struct {
	*listScreen
	found process.Scan
	err   error // returned by the next scan
	scans int
}

// someProcesses returns three processes of an imaginary machine.
func someProcesses() process.Scan {
	at := time.Date(2026, 5, 4, 14, 0, 0, 0, time.UTC)
	shop := process.Program{GoVersion: "go1.26.8", Module: "example.com/shop/checkout", Version: "v1.9.2"}
	return process.Scan{Time: at, Hidden: 12, Processes: []process.Process{
		{
			PID: 4711, Parent: 1, Name: "checkout", User: "shop", Program: shop, CPU: 0.42, HasCPU: true, Threads: 14, Files: 37, Start: at.Add(-26 * time.Hour),
			Memory: memory.Reading{RSS: 940 << 20, Anon: 900 << 20, File: 40 << 20, Swap: 20 << 20}, Cgroup: process.Cgroup{Limit: 1 << 30, WorkingSet: 950 << 20},
			Listeners: []process.Listener{{Network: "tcp", Address: "127.0.0.1:6060", ServesPprof: true}, {Network: "tcp", Address: "127.0.0.1:8080"}},
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
	s := &machineScreen{listScreen: &listScreen{t: t}, found: someProcesses()}
	f := watchRecorded(t, s.found.Processes)
	s.m = newMachineModel(f, machineAccess{
		scan: func() (process.Scan, error) { s.scans++; return s.found, s.err },
		rest: func() tea.Msg { return nil },
	}, colorprofile.NoTTY, false).opener
	s.send(tea.WindowSizeMsg{Width: w, Height: h})
	s.send(s.m.list.start()())
	return s
}

// watchRecorded returns the fleet of the processes that serve pprof, with the profiles of a recording.
func watchRecorded(t *testing.T, all []process.Process) *fleet.Fleet {
	t.Helper()
	static := fleet.Static{Title: "Go processes of this machine"}
	tg := sourcetest.Parse(t, "../testdata/check/leaking.tar")
	for _, p := range all {
		if _, ok := p.Pprof(); ok {
			x := fleet.Target{ID: p.Key(), Name: p.Name, Open: func(ctx context.Context, o source.Options) (source.Source, error) { return source.Open(ctx, tg, o) }}
			x.Facts.PID = p.PID
			static.Targets = append(static.Targets, x)
		}
	}
	f := fleet.New(static, fleet.Options{Source: source.Options{FullSpeed: true}, Recorded: true})
	if err := f.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	return f
}

// completeScan makes the next scan due.
func (s *machineScreen) completeScan() { s.send(scanDueMsg{}) }

// deliverFleet delivers the current state of the fleet.
func (s *machineScreen) deliverFleet() { s.send(fleetMsg{s.m.fleet.State(), true}) }

func TestMachineGolden(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		s := newMachineScreen(t, size[0], size[1])
		s.deliverFleet()
		s.completeScan()
		wantGolden(t, fmt.Sprintf("machine-%dx%d.txt", size[0], size[1]), trimLines(s.text()))
	}
}

// What leaks and how fast is on the line even if there is no room for the rest.
func TestMachineSentenceFits(t *testing.T) {
	for _, w := range []int{44, 60, 80} {
		s := newMachineScreen(t, w, 24)
		s.found.Processes[1].Listeners = []process.Listener{{Network: "tcp", Address: "127.0.0.1:7070", ServesPprof: true}}
		s.found.Processes[0].Name = "checkout-with-a-very-long-name-of-its-own"
		s.m.fleet = watchRecorded(t, s.found.Processes)
		s.deliverFleet()
		s.completeScan()
		if line := strings.Split(s.text(), "\n")[1]; !strings.Contains(line, "record, ") || !strings.Contains(line, " MiB/h") || format.Width(line) > w {
			t.Errorf("%d columns: got %q, want the function and its rate", w, line)
		}
	}
}

// The list is refreshed and filtered while the filter is typed; the cursor stays on its process.
func TestMachineIsLive(t *testing.T) {
	s := newMachineScreen(t, 120, 40)
	s.wants("the first scan", "3 Go processes", "1 with pprof", "12 other processes cannot be read without root.", "checkout", ":6060", "42%")
	if strings.Contains(s.text(), "[2J") {
		t.Errorf("a process name is shown with control characters:\n%s", s.text())
	}
	s.press("j")
	s.wants("the second row", "/run/etl.sock; give the URL")
	s.found.Processes = append([]process.Process{{PID: 77, Name: "new", Memory: memory.Reading{RSS: 4 << 30}}}, s.found.Processes...)
	s.completeScan()
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
	s.completeScan()
	s.wants("a pause", "paused at", "1–4 of 4")
	s.press("space")
	s.wants("no pause", "1–1 of 1")
	s.err = errors.New("list processes: no more files")
	s.completeScan()
	s.wants("a failure", "List processes: no more files.", "cannot list them", "1–1 of 1")
	s.err = nil
	s.completeScan()
	s.wants("it works again", "every 2s")
	s.found.Hidden = 1
	s.completeScan()
	s.wants("one of another user", "1 other process cannot be read")
	s.press("?")
	s.wants("help", "MEMORY is what is resident or swapped out.")
	s.press("esc", "b")
	s.wants("a key of one process", "enter opens it")
	if s.press("q"); !s.quit {
		t.Error("q does not quit")
	}
}

// A process that serves pprof is watched without a key being pressed. It can be opened and left, and its view is kept.
// For other processes a message explains why they cannot be opened.
func TestMachineOpens(t *testing.T) {
	s := newMachineScreen(t, 120, 40)
	s.deliverFleet()
	s.completeScan()
	s.wants("a verdict without a key", "● LEAK", "VERDICT", "in checkout: demo.(*auditTrail).record, +")
	s.press("j", "enter")
	s.wants("no pprof", "does not serve pprof at unix:/run/etl.sock", "docs/serving-pprof.md")
	s.press("k", "enter")
	s.wants("opened", "processes › ", "FUNCTION", "LEAK")
	s.press("3")
	before := s.text()
	s.completeScan()
	if got := s.text(); got != before {
		t.Errorf("a scan changed the view of a process: got\n%s\nwant\n%s", got, before)
	}
	s.press("esc", "esc", "esc")
	s.wants("the list", "3 Go processes")
	s.press("enter")
	if v := s.m.opened; v == nil || len(s.m.members) != 1 {
		t.Fatalf("the process was opened in a new view:\n%s", s.text())
	}
	s.press("3")
	if got := s.text(); got != before {
		t.Errorf("the view was not kept: got\n%s\nwant\n%s", got, before)
	}
}
