package leak

import (
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// waitingGoroutines returns a growing number of goroutines with a stack of the named functions.
func waitingGoroutines(each float64, names ...string) profile.Group {
	var frames []profile.Frame
	for _, n := range names {
		frames = append(frames, profile.Frame{Func: &profile.Function{Name: n}})
	}
	st := profile.NewStack(nil, frames...)
	f := st.FrameAt(len(names) - 1).Func
	f.Class = profile.ClassUser
	g := profile.Group{Kind: profile.Goroutine, Blame: f, Stacks: []*profile.Stack{st}, Now: []int64{1}}
	for i := range 66 {
		g.Points = append(g.Points, profile.GroupPoint{Time: profile.InstantOf(roundsStart.Add(time.Duration(2*i) * time.Second)), Value: int64(each * float64(2*i))})
	}
	return g
}

// TestTheLoopsOfAConnectionAreOne checks that a connection's two loops are one suspect, unless they are of two types or
// differ in number.
func TestTheLoopsOfAConnectionAreOne(t *testing.T) {
	reads := []string{"runtime.gopark", "runtime.netpollblock", "net.(*conn).Read", "example.com/mq.(*client).readLoop"}
	for _, tt := range []struct {
		name string
		each float64
		fn   string
		want int
	}{
		{"its other loop", 1, "example.com/mq.(*client).writeLoop", 1},
		{"a closure of it", 1, "example.com/mq.(*client).start.func1", 1},
		{"another type", 1, "example.com/mq.(*topic).deliver", 2},
		{"a function", 1, "example.com/mq.deliver", 2},
		{"more of them", 2, "example.com/mq.(*client).writeLoop", 2},
	} {
		cond := []string{"runtime.gopark", "sync.runtime_notifyListWait", "sync.(*Cond).Wait", tt.fn}
		for _, groups := range [][]profile.Group{{waitingGoroutines(1, reads...), waitingGoroutines(tt.each, cond...)}, {waitingGoroutines(tt.each, cond...), waitingGoroutines(1, reads...)}} {
			r := Judge(Input{Now: groups[0].Points[65].Time.AsTime(), Start: roundsStart, Goroutines: groups})
			if len(r.Suspects) != tt.want || r.Verdict != Leaks {
				t.Errorf("%s: got %s with %d suspects, want %d", tt.name, r.Verdict, len(r.Suspects), tt.want)
				continue
			}
			_, half, _ := strings.Cut(tt.fn, ").")
			if s := r.Suspects[0]; tt.want == 1 && (!strings.HasSuffix(s.Sentence, ", "+half+" included") || s.Signature != "read-without-deadline" || s.GrowthPerHour < 7100 || s.GrowthPerHour > 7300) {
				t.Errorf("%s: got %s", tt.name, s.Sentence)
			} else if tt.want == 1 && !strings.Contains(strings.Join(s.Disproof, "\n"), "more clients") {
				t.Errorf("%s: the disproof does not mention more clients: %q", tt.name, s.Disproof)
			}
		}
	}
}
