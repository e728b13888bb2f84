package onset

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
)

var day = time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)

// grow returns a segment with a value every ten minutes, which grows by 1 MiB per hour
// from began on.
func grow(from, to, began time.Time) []profile.Value {
	r := rand.New(rand.NewPCG(1, uint64(from.Unix())))
	var out []profile.Value
	for t := from; t.Before(to); t = t.Add(10 * time.Minute) {
		v := 50 + 0.5*r.NormFloat64() + max(0, t.Sub(began).Hours())
		out = append(out, profile.Value{Time: t, V: v * (1 << 20)})
	}
	return out
}

func TestFind(t *testing.T) {
	at := func(h float64) time.Time { return day.Add(time.Duration(h * float64(time.Hour))) }
	flat := at(1000)
	for _, tt := range []struct {
		name    string
		line    profile.Line
		starts  []Start
		near    string // version of the process start that explains it
		with    bool
		restart bool // the onset names a start
		before  bool
		none    bool
		want    time.Time
	}{
		{name: "within a process", line: profile.Line{grow(at(0), at(48), at(20))}, starts: []Start{{Time: at(0), Version: "v1"}}, want: at(20)},
		{name: "with a version", line: profile.Line{grow(at(0), at(24), flat), grow(at(24), at(48), at(24))}, starts: []Start{{Time: at(0), Version: "v1"}, {Time: at(24), Version: "v2"}}, near: "v2", with: true, restart: true, want: at(24)},
		{name: "with a restart", line: profile.Line{grow(at(0), at(24), flat), grow(at(24), at(48), at(24))}, starts: []Start{{Time: at(0), Version: "v1"}, {Time: at(24), Version: "v1"}}, near: "v1", with: true, restart: true, want: at(24)},
		{name: "hours after a restart", line: profile.Line{grow(at(0), at(24), flat), grow(at(24), at(60), at(40))}, starts: []Start{{Time: at(0), Version: "v1"}, {Time: at(24), Version: "v2"}}, want: at(40)},
		{name: "a restart that is not known", line: profile.Line{grow(at(0), at(24), flat), grow(at(24), at(48), at(24))}, want: at(24)},
		{name: "always", line: profile.Line{grow(at(0), at(48), at(-5))}, before: true, want: at(0)},
		{name: "flat", line: profile.Line{grow(at(0), at(48), flat)}, none: true},
		{name: "short", line: profile.Line{grow(at(0), at(0.9), at(0))}, none: true},
		{name: "nothing", none: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := Find(tt.line, tt.starts)
			if o == nil || tt.none {
				if o != nil || !tt.none {
					t.Fatalf("%+v", o)
				}
				return
			}
			if o.IsBefore != tt.before || o.Time.Sub(tt.want).Abs() > 90*time.Minute || o.Low.After(o.Time) || o.High.Before(o.Time) {
				t.Errorf("began %v, before %v, want %v", o.Time, o.IsBefore, tt.want)
			}
			if (o.Start != nil) != tt.restart || o.IsWith != tt.with {
				t.Fatalf("with %+v, %v", o.Start, o.IsWith)
			}
			if o.Start != nil && (o.Start.Version != tt.near || o.Start.IsNewVersion != (tt.near == "v2")) {
				t.Errorf("with %+v, want %s", o.Start, tt.near)
			}
		})
	}
}
