package ui

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/problem"
	"github.com/leaktop/leaktop/source/session"
)

// A narrow header names the target, and uses the remaining room to say how polling is
// going.
func TestNarrowHeaderHasTheName(t *testing.T) {
	now := time.Date(2026, 5, 4, 14, 2, 0, 0, time.UTC)
	good := source.Status{Time: now, Cost: 0.01, Endpoints: []source.Endpoint{{Kind: source.Index}, {Kind: profile.Heap, Wait: 2 * time.Second}}}
	bad := source.Status{Time: now, Endpoints: []source.Endpoint{{Kind: source.Index, Wait: time.Second, Err: &problem.Problem{Cause: problem.CauseRefused}}}}
	heap := profile.Line{{{Time: now, V: 1 << 20}}}
	for want, st := range map[string]session.State{
		"live every 2s": {Status: good, Heap: heap, Polls: 9, Start: now.Add(-time.Hour), Now: now},
		"no answer":     {Status: bad},
	} {
		s := newScreen(t, files{}, 40, 24)
		s.showState(st)
		head, _, _ := strings.Cut(s.text(), "\n")
		if name := "files"; !strings.Contains(head, name) || !strings.Contains(head, want) {
			t.Errorf("got header %q, want %q and %q", head, name, want)
		}
	}
}

// The header shows how polling is going, as soon as a response is late.
func TestHeaderSaysHowPollsGo(t *testing.T) {
	now := time.Date(2026, 5, 4, 14, 2, 0, 0, time.UTC)
	good := []source.Endpoint{{Kind: source.Index}, {Kind: profile.Heap, Wait: 2 * time.Second}}
	bad := []source.Endpoint{{Kind: source.Index, Err: errors.New("no answer within 10s")}}
	late := source.Status{Time: now, WaitingSince: now.Add(-8004 * time.Millisecond), Endpoints: good}
	for name, tt := range map[string]struct {
		status  source.Status
		trouble []profile.Diagnostic
		want    string
	}{
		"before the first": {source.Status{Time: now}, nil, "connecting"},
		"late":             {late, nil, "waiting 8s for an answer"},
		"failed":           {source.Status{Time: now, WaitingSince: now.Add(-3 * time.Second), Endpoints: bad}, nil, "no answer"},
		"refused":          {source.Status{Time: now, Endpoints: []source.Endpoint{{Kind: source.Index, Wait: 9 * time.Second, Err: &problem.Problem{Cause: problem.CauseAuth}}}}, nil, "✗ not allowed, retrying every 9s"},
		"a server error":   {source.Status{Time: now, Endpoints: []source.Endpoint{{Kind: source.Index, Err: &problem.Problem{Cause: problem.CauseServer}}}}, nil, "✗ HTTP error"},
		"down":             {source.Status{Time: now, Endpoints: []source.Endpoint{{Kind: source.Index, Err: &problem.Problem{Cause: problem.CauseRefused}}}}, nil, "✗ no answer"},
		"only the index":   {source.Status{Time: now, Goroutines: 4, Endpoints: []source.Endpoint{{Kind: source.Index, Wait: 2 * time.Second}, {Kind: profile.Heap, Disabled: true}}}, nil, "connecting"},
		"garbage":          {source.Status{Time: now, Endpoints: good}, []profile.Diagnostic{{Code: profile.CodeNothingReadable, What: "the target answers, but not with Go profiles", Next: "check its port"}}, "no readable profile"},
	} {
		s := newScreen(t, files{}, 100, 30)
		s.showState(session.State{Status: tt.status, Diagnostics: tt.trouble})
		head, _, _ := strings.Cut(s.text(), "\n")
		if !strings.Contains(head, tt.want) {
			t.Errorf("%s: got header %q, want it to contain %q", name, head, tt.want)
		}
		if tt.trouble != nil {
			s.wants("the target answers, but not with Go profiles; check its port")
		}
	}
}
