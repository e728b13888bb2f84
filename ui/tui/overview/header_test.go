package overview

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/tui/tuitest"
)

// The header of a store names what is watched, says whether its end is live or silent, and
// includes the day where the time alone is ambiguous.
func TestHeaderOfAStore(t *testing.T) {
	from := time.Date(2026, 11, 26, 7, 10, 0, 0, time.Local)
	for _, tt := range []struct {
		name   string
		span   time.Duration
		live   bool
		silent bool
		want   []string
		never  string
	}{
		{"live", 72 * time.Hour, true, false, []string{"job=checkout", "● live", "29 Nov 07:10"}, " of "},
		{"silent", 72 * time.Hour, true, true, []string{"silent"}, "live"},
		{"down", 72 * time.Hour, true, false, []string{"no answer", "29 Nov 07:10"}, "live"},
		{"an earlier moment", 72 * time.Hour, false, false, []string{"30x", "29 Nov 07:10 of 29 Nov 07:10"}, "live"},
		{"an hour", time.Hour, false, false, []string{"08:10:00 of 08:10:00"}, "26 Nov 08"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			vc := tuitest.Context(t)
			to := from.Add(tt.span)
			vc.State = session.State{Start: from, Now: to, Replay: &session.Replay{
				From: from, To: to, At: to, Speed: 30, Loaded: 1, IsStore: true, IsLive: tt.live, File: "/tmp/x",
			}}
			if tt.name == "down" {
				vc.State.Status.Endpoints = []source.Endpoint{{Kind: source.Index, Err: errors.New("connection refused")}}
			}
			if tt.silent {
				vc.State.Diagnostics = []profile.Diagnostic{{Code: profile.CodeStoreSilent, What: "nothing new"}}
			}
			got := ansi.Strip(Header(vc, "job=checkout", 140, false))
			for _, want := range tt.want {
				if !strings.Contains(got, strings.TrimPrefix(want, "● ")) {
					t.Errorf("the header lacks %q: %q", want, got)
				}
			}
			if strings.Contains(got, tt.never) {
				t.Errorf("the header has %q: %q", tt.never, got)
			}
		})
	}
}
