package profile

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/pprof/profile"
)

// TestUnusableProfiles checks that a response which is not a heap profile, or a heap profile that stays empty, is reported as
// such.
func TestUnusableProfiles(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(p *profile.Profile)
		want   string
	}{
		{"as it is", func(*profile.Profile) {}, ""},
		{"empty, of a small process", func(p *profile.Profile) { p.Sample = nil }, ""},
		{"profiling switched off", func(p *profile.Profile) { p.Period = 0 }, "MemProfileRate = 0"},
		{"other sample types", func(p *profile.Profile) {
			p.SampleType[3].Type = "\x1b[2J" + strings.Repeat("x", 1000)
		}, "(its samples are alloc_objects, alloc_space, inuse_objects, �[2J" + strings.Repeat("x", 20) + ")"},
	} {
		p, err := profile.ParseData(fakeHeap(t, map[string][2]int64{"main.a": {10, 5}}))
		if err != nil {
			t.Fatal(err)
		}
		tt.change(p)
		var b bytes.Buffer
		if err := p.Write(&b); err != nil {
			t.Fatal(err)
		}
		h := NewHistoryBuilder()
		if _, err := h.Add(Capture{Kind: Heap, Time: t0, Data: b.Bytes()}); err != nil {
			t.Fatal(err)
		}
		if got, ok := h.History().UnusableReason(Heap); ok != (tt.want != "") || !strings.Contains(got.String(), tt.want) {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}
