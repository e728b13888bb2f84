package leak

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
)

var jointRuns = flag.Int("joint-runs", 1, "runs of each simulated service whose entries several functions allocate")

// putTogether is the function that puts entries together.
var putTogether = &profile.Function{Name: "example.com/shop/store.put", File: "store/put.go", StartLine: 30, Class: profile.ClassUser}

// jointParts are the functions that allocate the parts, each with its stack.
var jointParts = func() (out []profile.Group) {
	for i, name := range []string{"key", "header", "body", "retry", "labels"} {
		fn := &profile.Function{Name: "example.com/shop/store.new" + name, File: "store/" + name + ".go", StartLine: 10, Class: profile.ClassUser}
		st := profile.NewStack(fn, profile.Frame{Func: fn, Line: 12}, profile.Frame{Func: putTogether, Line: 31 + i}, profile.Frame{Func: serveFunction, Line: 80})
		out = append(out, profile.Group{Kind: profile.Heap, Blame: fn, Stacks: []*profile.Stack{st}})
	}
	return out
}()

var serveFunction = &profile.Function{Name: "example.com/shop.serve", File: "shop.go", StartLine: 70, Class: profile.ClassUser}

// simulateJoint simulates a service whose entries consist of parts that different functions
// allocate, each at a share of the rate.
func (m sim) simulateJoint(r *rand.Rand, seconds, share float64, parts int) (all []played) {
	rate := func(t float64) float64 { return share * m.rate(t) }
	seen, live := m.makeThings(r, seconds, m.size, rate, m.life)
	cycles := m.collectionTimes(r, seconds)
	of := make([][]simObject, parts)
	for _, x := range seen {
		i := r.IntN(parts)
		of[i] = append(of[i], x)
	}
	for i := range parts {
		all = append(all, m.observe(jointParts[i], of[i], live, cycles, seconds))
	}
	return all
}

// jointInput returns the judge's input for all parts.
func jointInput(all []played, seconds float64, goal bool) Input {
	in := all[0].inputAt(seconds)
	in.Heap = nil
	for _, p := range all {
		g := p.inputAt(seconds).Heap[0]
		most := int64(0)
		for _, x := range g.Points {
			most = max(most, x.Value)
		}
		if most < 128*kib || len(g.Points) == 0 {
			continue // like the history, which leaves out groups that never held as much
		}
		g.Now = []int64{g.Points[len(g.Points)-1].Value}
		in.Heap = append(in.Heap, g)
	}
	if !goal {
		in.Memory = nil
	}
	return in
}

// TestJoint measures the judge on simulated leaks and look-alikes whose entries are allocated
// by several functions.
func TestJoint(t *testing.T) {
	var table strings.Builder
	var leaks, found, alikes, passing, wrong, named int
	for i, m := range simulated {
		if m.kind != profile.Heap || m.size > 4*kib || m.churnRate > 0 {
			continue
		}
		n, ends, alarmed := 0, 0, 0
		for seed := range *jointRuns {
			for j, share := range []float64{0.2, 0.4} {
				for _, parts := range []int{2, 5} {
					for _, goal := range []bool{false, true} {
						all := m.simulateJoint(rand.New(rand.NewPCG(uint64(1000*i+10*seed+j), uint64(parts))), 180, share, parts)
						end, ever := false, false
						for at := 60.0; at <= 180; at += 10 {
							r := Judge(jointInput(all, at, goal))
							end = r.Verdict == Leaks
							ever = ever || end
							if end && m.leak && r.Suspects[0].Function == putTogether.Name {
								named++
							}
						}
						n++
						if end {
							ends++
						}
						if ever {
							alarmed++
						}
					}
				}
			}
		}
		fmt.Fprintf(&table, "%-30s leak %-5v  alarms at the end %d/%d, ever %d\n", m.name, m.leak, ends, n, alarmed)
		if m.leak {
			leaks, found = leaks+n, found+ends
		} else {
			alikes, wrong, passing = alikes+n, wrong+ends, passing+alarmed
		}
	}
	recall := float64(found) / float64(leaks)
	t.Logf("\n%srecall %.3f, wrong at the end %d and passing %d of %d, named in %d polls", table.String(), recall, wrong, passing, alikes, named)
	if recall < 0.65 || named == 0 {
		t.Errorf("got recall %.3f, and the function that puts the parts together in %d polls", recall, named)
	}
	if wrong > alikes/50 || passing > alikes/16 {
		t.Errorf("got %d alarms at the end and %d in passing of %d look-alikes", wrong, passing, alikes)
	}
}

// TestJointNamesWhatPutsThePartsTogether checks that if five functions allocate the parts of
// an entry, the line of their caller is blamed, and the parts are named.
func TestJointNamesWhatPutsThePartsTogether(t *testing.T) {
	all := simulated[0].simulateJoint(rand.New(rand.NewPCG(3, 5)), 180, 0.4, 5)
	r := Judge(jointInput(all, 180, false))
	if r.Verdict != Leaks {
		t.Fatalf("got %s", r.Verdict)
	}
	s := r.Suspects[0]
	if s.Function != putTogether.Name || s.Line < 31 || s.Line > 35 || len(r.Suspects) != 1 {
		t.Errorf("got %s:%d of %d suspects", s.Function, s.Line, len(r.Suspects))
	}
	if !strings.Contains(s.Cause, "allocate the parts of it, and store.put is what they have in common") {
		t.Errorf("got cause %q", s.Cause)
	}
	for i := range jointParts {
		if e := r.Function(jointParts[i].Blame); !e.Shape.IsSuspect() {
			t.Errorf("%s is %s", jointParts[i].Blame.Name, e.Shape)
		}
	}
}

// level returns goroutines whose number does not change.
func level(now time.Time) profile.Group {
	g := waitingGoroutines(0, "runtime.gopark", "main.wait")
	for i := range g.Points {
		g.Points[i].Time, g.Points[i].Value = profile.InstantOf(now.Add(-time.Duration(2*(len(g.Points)-1-i))*time.Second)), 20
	}
	return g
}

// TestJointOfScatteredFunctions checks that functions that allocate most of what they hold
// elsewhere are not joined below one caller, even if their allocations there add up.
func TestJointOfScatteredFunctions(t *testing.T) {
	var groups []*profile.Group
	for i, part := range jointParts {
		elsewhere := &profile.Function{Name: fmt.Sprintf("example.com/shop/other.use%d", i), Class: profile.ClassUser}
		st := profile.NewStack(part.Blame, profile.Frame{Func: part.Blame, Line: 13}, profile.Frame{Func: elsewhere, Line: 5})
		g := profile.Group{
			Kind: profile.Heap, Blame: part.Blame, Stacks: append(part.Stacks, st), Now: []int64{40 << 20, 60 << 20},
			Points: []profile.GroupPoint{{Value: 0}, {Value: 100 << 20}},
		}
		groups = append(groups, &g)
	}
	search := jointSearch{left: groups, tried: map[*profile.Function]bool{}}
	if caller, members := search.next(); caller == putTogether || caller == nil && len(members) > 0 {
		t.Errorf("got %v of %d functions", caller, len(members))
	}
}
