package ui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/problem"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/format"
)

// The screen says that memory is unknown only if the service has responded to a request for it.
func TestMemoryThatIsNotTold(t *testing.T) {
	s := newScreen(t, files{}, 100, 30)
	s.wants("waiting for the memory")
	s = newScreen(t, typical, 100, 30)
	s.wants("not reported by the service")
	s.m.vc.State.Status.Endpoints = []source.Endpoint{{Kind: source.Memory}}
	s.send(tea.WindowSizeMsg{Width: 100, Height: 30})
	s.wants("waiting for the memory")
}

// risingLine returns a line of one minute that ends at a value after rising by a fraction of it.
func risingLine(end, by float64) profile.Line {
	var seg []profile.Value
	for i := range 31 {
		at := time.Date(2026, 5, 4, 14, 2, 2*i, 0, time.UTC)
		seg = append(seg, profile.Value{Time: at, V: end * (1 - by*float64(30-i)/30)})
	}
	return profile.Line{seg}
}

// While the target does not respond, the charts end at the newest value instead of now, and the age that they
// show grows.
func TestChartsSayHowOldTheyAre(t *testing.T) {
	s := newScreen(t, files{}, 120, 30)
	end := time.Date(2026, 5, 4, 14, 3, 0, 0, time.UTC)
	st := session.State{
		Start: end.Add(-time.Minute), Heap: risingLine(9e6, 0.5), Goroutines: risingLine(90, 0.5), Sys: risingLine(9e7, 0.5),
		Now: end, Revision: 1, Status: source.Status{Time: end},
	}
	s.showState(st)
	s.wants("-1m ", "now")
	for _, late := range []time.Duration{18 * time.Second, 80 * time.Second} {
		st.Now, st.Status.Time, st.Status.WaitingSince = end.Add(late), end.Add(late), end
		s.showState(st)
		if text := s.text(); strings.Contains(text, "now") || strings.Count(text, format.Duration(late)+" ago") != 3 ||
			strings.Count(text, "-"+format.Duration(late+time.Minute)+" ") != 3 {
			t.Errorf("%v after the last response, the charts do not show their age:\n%s", late, text)
		}
	}
	st.Now, st.Status.Time, st.Status.WaitingSince = end.Add(3*time.Minute), end.Add(3*time.Minute), time.Time{}
	s.showState(st)
	s.wants("now")
}

// The charts of one screen have one time axis, although their first values came one after another.
func TestChartsShareOneAxis(t *testing.T) {
	s := newScreen(t, files{}, 120, 30)
	end := time.Date(2026, 5, 4, 14, 3, 0, 0, time.UTC)
	late := risingLine(90, 0.5)
	late[0] = late[0][5:]
	s.showState(session.State{
		Start: end.Add(-time.Minute), Heap: risingLine(9e6, 0.5), Goroutines: late, Sys: late, Now: end, Revision: 1, Status: source.Status{Time: end},
	})
	if text := s.text(); strings.Count(text, "-1m ") != 3 {
		t.Errorf("the charts begin at different times:\n%s", text)
	}
}

// If a service serves only the index page, the screen says which profiles it does not serve instead of
// waiting for them.
func TestOnlyTheIndexPage(t *testing.T) {
	s := newScreen(t, files{}, 100, 30)
	at := time.Date(2026, 5, 4, 14, 2, 0, 0, time.UTC)
	missing := &problem.Problem{Cause: problem.CauseMissing, Subject: "get heap", Why: "404", Next: "register it"}
	st := session.State{Start: at, Now: at.Add(time.Minute), Revision: 1, Goroutines: risingLine(90, 0.5), Status: source.Status{Time: at, Goroutines: 90, Endpoints: []source.Endpoint{
		{Kind: source.Index, Wait: 2 * time.Second},
		{Kind: profile.Heap, Err: missing, Disabled: true},
		{Kind: profile.Goroutine, Err: missing, Disabled: true},
		{Kind: source.Memory, Err: missing, Disabled: true},
	}}}
	s.showState(st)
	for _, pane := range []string{"Growing", "Functions", "Stacks", "Goroutines"} {
		s.press(pane)
		s.wants("live every 2s", "not served", "not reported by the service", "The service serves no", "register it")
		if text := strings.ToLower(s.text()); strings.Contains(text, "waiting for") || strings.Contains(text, "profile yet") {
			t.Errorf("%s waits for what will not come:\n%s", pane, s.text())
		}
	}
}

// A warning is not cut at 80x24, because its numbers come last.
func TestWarningIsWhole(t *testing.T) {
	s := newScreen(t, typical, 80, 24)
	st := s.m.vc.State
	st.Report.Suspects, st.Revision = nil, st.Revision+1
	st.Diagnostics = []profile.Diagnostic{{
		Code: profile.CodeLives, Severity: profile.SeverityWarning,
		What: "4 processes in a row lived for about 1m1s, and each grew by 9.0 GiB/h until it ended, at up to 113 MiB",
	}}
	s.showState(st)
	if text := strings.Join(strings.Fields(s.text()), " "); !strings.Contains(text, "until it ended, at up to 113 MiB") {
		t.Errorf("the warning is cut:\n%s", s.text())
	}
}
