package main

import (
	"fmt"
	"io"
	"math"
	"slices"
)

// tally counts outcomes.
type tally struct {
	leaks, found, named, caused, alikes, wrong, passing, failed, held, of, interrupted int

	firsts, offs []float64
}

// summarize prints the figures of all cases, and of some kinds separately. It returns
// false if a verdict is wrong.
func summarize(w io.Writer, all []outcome) bool {
	for _, part := range []struct {
		name string
		has  func(o *outcome) bool
	}{
		{"all", func(*outcome) bool { return true }},
		{"leaks through libraries", func(o *outcome) bool { return o.library }},
		{"held back", func(o *outcome) bool { return o.isHeldBack() }},
		{"not held back", func(o *outcome) bool { return !o.isHeldBack() }},
	} {
		var t tally
		n := 0
		for i := range all {
			if part.has(&all[i]) {
				n++
				t.add(&all[i])
			}
		}
		if n > 0 {
			fmt.Fprintf(w, "\n%s: %d\n", part.name, n)
			t.print(w)
		}
	}
	return !slices.ContainsFunc(all, func(o outcome) bool { return !o.right() })
}

// add counts an outcome.
func (t *tally) add(o *outcome) {
	switch {
	case o.err != nil:
		t.failed++
		return
	case o.silent:
		return
	case len(o.leaks) == 0:
		t.alikes++
		if !o.right() {
			t.wrong++
		}
		if len(o.alarms) > 0 && !o.ramp {
			t.passing++
		}
		return
	}
	t.leaks++
	t.interrupted += max(0, len(o.alarms)-1)
	if !o.right() {
		return
	}
	t.found++
	t.firsts = append(t.firsts, o.first)
	f, s := o.named()
	if f {
		t.named++
	}
	if s {
		t.caused++
	}
	if e, ok := o.rateError(); ok {
		t.offs = append(t.offs, math.Abs(e))
		h, n := o.coverage()
		t.held, t.of = t.held+h, t.of+n
	}
}

// print prints the figures.
func (t *tally) print(w io.Writer) {
	fmt.Fprintf(w, "precision %s · recall %s · right function first %s · cause %s · median %.0f s to the verdict\n",
		share(t.found, t.found+t.wrong), share(t.found, t.leaks), share(t.named, t.found), share(t.caused, t.found), median(t.firsts))
	fmt.Fprintf(w, "passing alarms in %d of %d look-alikes · rate error %.0f%% in the median, %.0f%% at most · the interval contained the true rate in %s of polls\n",
		t.passing, t.alikes, 100*median(t.offs), 100*slices.Max(append(t.offs, 0)), share(t.held, t.of))
	fmt.Fprintf(w, "%d interruptions: the verdict on a leak was withdrawn for a while\n", t.interrupted)
	if t.failed > 0 {
		fmt.Fprintf(w, "%d could not be watched\n", t.failed)
	}
}
