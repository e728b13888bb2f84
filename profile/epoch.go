package profile

import (
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile/memory"
)

// Count is the number of goroutines at a time, as the index page gives it when no
// goroutine profile is available.
type Count struct {
	Time time.Time
	N    int64
}

// epoch is the history of one process of the target: from its start, or from when
// watching began, to a restart. Nothing is compared across epochs.
type epoch struct {
	start         time.Time // of the first observation; zero if there is none yet
	reason        string    // why the one before ended; empty for the first
	reasonIsGuess bool      // reason may be replaced by a certain one
	stores        map[Kind]*store
	memory        []memory.Reading
	counts        []Count
}

// isEmpty reports whether nothing was observed of the process.
func (e *epoch) isEmpty() bool { return len(e.stores) == 0 && len(e.memory) == 0 && len(e.counts) == 0 }

func (e *epoch) setStart(t time.Time) {
	if e.start.IsZero() {
		e.start = t
	}
}

func (e *epoch) addReading(r memory.Reading) {
	e.setStart(r.Time)
	e.memory = append(e.memory, r)
	e.thinReadings()
}

func (e *epoch) thinReadings() {
	if len(e.memory)%64 == 0 {
		e.memory = thinByAge(e.memory, func(r memory.Reading) time.Time { return r.Time })
	}
}

// lastOwnReading returns the last reading that has counters of its own, see
// [memory.Reading.HasOwnCounters]; false if there is none of this process.
func (e *epoch) lastOwnReading() (memory.Reading, bool) {
	for _, r := range slices.Backward(e.memory) {
		if r.Unknown {
			break
		}
		if r.HasOwnCounters() {
			return r, true
		}
	}
	return memory.Reading{}, false
}

// insertReading adds a reading that arrived after a newer one, for example because
// the response took long. A reading before the first one is dropped, because it may
// be of another process.
func (e *epoch) insertReading(r memory.Reading) {
	i, _ := slices.BinarySearchFunc(e.memory, r.Time, func(x memory.Reading, t time.Time) int { return x.Time.Compare(t) })
	if i == 0 || e.memory[i-1].Unknown {
		return
	}
	e.memory = slices.Concat(e.memory[:i], []memory.Reading{r}, e.memory[i:])
	e.thinReadings()
}

func (e *epoch) addCount(c Count) {
	e.setStart(c.Time)
	e.counts = append(e.counts, c)
	if len(e.counts)%64 == 0 {
		e.counts = thinByAge(e.counts, func(c Count) time.Time { return c.Time })
	}
}

// thinByAge keeps the elements of xs whose times [keptIndices] keeps.
func thinByAge[T any](xs []T, at func(T) time.Time) []T {
	times := make([]time.Time, len(xs))
	for i, x := range xs {
		times[i] = at(x)
	}
	out := make([]T, 0, len(xs))
	for _, i := range keptIndices(times) {
		out = append(out, xs[i])
	}
	return out
}
