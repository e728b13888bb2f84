package join

import (
	"math"
	"slices"
)

// estimator goes through the moments of one process in order.
type estimator struct {
	process int
	whole   []wholeProfile // of the process
	passed  int            // number of whole ones at or before the last moment
	values  []int64        // of the last moment, [columns] of each stack
}

func newEstimator(process int, all []wholeProfile, stacks int) estimator {
	e := estimator{process: process, values: make([]int64, stacks*columns)}
	for _, w := range all {
		if w.Process == process {
			e.whole = append(e.whole, w)
		}
	}
	return e
}

// setWhole moves to a moment with a whole profile.
func (e *estimator) setWhole(w wholeProfile) {
	e.passed++
	clear(e.values)
	copy(e.values, w.values)
}

// estimate moves to a moment whose profile has only the live bytes.
func (e *estimator) estimate(p liveProfile) error {
	if len(e.whole) == 0 {
		return ErrNoWhole
	}
	for s := liveObjects; s < len(e.values); s += columns {
		e.values[s], e.values[s+liveBytes-liveObjects] = 0, 0
	}
	for i, s := range p.stacks {
		e.values[int(s)*columns+liveBytes] += p.bytes[i]
	}
	before, after, share := e.around(p.Progress)
	for s := 0; s < len(e.values); s += columns {
		e.estimateStack(e.values[s:s+columns], before.stack(s), after.stack(s), share, e.passed < len(e.whole))
	}
	return nil
}

// around returns the whole profiles before and after a moment, and its position between
// them. Before the first one, values rise from 0 at the start of the process. After the
// last one, the average since the start is assumed to continue.
func (e *estimator) around(progress float64) (before, after wholeProfile, share float64) {
	at := min(e.passed, len(e.whole)-1)
	after = e.whole[at]
	if e.passed > 0 && at == e.passed {
		before = e.whole[at-1]
	}
	if d := after.Progress - before.Progress; d > 0 {
		share = max(0, (progress-before.Progress)/d)
	}
	return before, after, share
}

// stack returns the values of the stack that begin at an index.
func (w wholeProfile) stack(at int) []int64 {
	if at+columns > len(w.values) {
		return noValues[:]
	}
	return w.values[at : at+columns]
}

var noValues [columns]int64

// estimateStack completes the values v of one stack, whose live bytes are set and whose
// counters are those of the previous moment. The freed amount is interpolated between
// before and after by share. isBounded means that the counters do not exceed those of
// after.
func (e *estimator) estimateStack(v, before, after []int64, share float64, isBounded bool) {
	v[liveObjects] = countObjects(v[liveBytes], after, before)
	for counter, live := range [2]int{liveObjects, liveBytes} {
		from, to := before[counter]-before[live], after[counter]-after[live]
		made := from + int64(math.Round(share*float64(to-from))) + v[live]
		if isBounded {
			made = min(made, after[counter])
		}
		v[counter] = max(v[counter], made)
	}
}

// countObjects estimates the number of live objects in a number of bytes, from the object
// sizes in whole profiles.
func countObjects(bytes int64, known ...[]int64) int64 {
	if bytes <= 0 {
		return 0
	}
	for _, column := range [2]int{liveObjects, allocObjects} {
		i := slices.IndexFunc(known, func(v []int64) bool { return v[column] > 0 && v[column+1] > 0 })
		if i >= 0 {
			each := float64(known[i][column+1]) / float64(known[i][column])
			return max(1, int64(math.Round(float64(bytes)/each)))
		}
	}
	return 1
}
