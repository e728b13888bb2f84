package simulated

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/pprof/profile"
)

// The allocations of a process never fall between two polls, whatever is in
// use.
func TestAllocationsNeverFall(t *testing.T) {
	start := time.Date(2026, 11, 30, 7, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name    string
		service Service
	}{
		{"steady", Service{Stacks: 50}},
		{"leaking", Service{Stacks: 50, Leak: 64 << 20}},
		{"begins to leak", Service{Stacks: 50, Leak: 1 << 30, LeakFrom: start.Add(5 * time.Minute)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := tt.service
			s.Start = start
			var last []*profile.Sample
			for at := start; at.Before(start.Add(10 * time.Minute)); at = at.Add(2 * time.Second) {
				p, err := profile.Parse(bytes.NewReader(s.Heap(at)))
				if err != nil {
					t.Fatal(err)
				}
				for i, sm := range p.Sample {
					if sm.Value[0] < sm.Value[2] {
						t.Fatalf("%s: of stack %d, %d objects are in use and %d were allocated", at, i, sm.Value[2], sm.Value[0])
					}
					if last != nil && sm.Value[0] < last[i].Value[0] {
						t.Fatalf("%s: of stack %d, %d objects were allocated after %d", at, i, sm.Value[0], last[i].Value[0])
					}
				}
				last = p.Sample
			}
		})
	}
}
