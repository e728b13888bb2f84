package join

import "math"

// counters are the counters of the whole profiles of one process, for stores that have the
// allocations between two profiles.
type counters struct {
	process  int
	progress float64
	values   []int64 // [columns] of each stack
}

// addTo replaces the allocations in w, which are those since the previous profile, by the
// total since the start. Of skipped profiles in between, only the total is known, of which
// each stack gets the same share as in w.
func (c *counters) addTo(w *wholeProfile) {
	if c.process != w.Process {
		*c = counters{process: w.Process}
	}
	made := 0.0
	for s := allocObjects; s < len(w.values); s += columns {
		made += float64(w.values[s])
	}
	share := 1.0
	if w.Progress > c.progress && made > 0 {
		share = (w.Progress - c.progress) / made
	}
	for len(w.values) < len(c.values) {
		w.values = append(w.values, 0)
	}
	for len(c.values) < len(w.values) {
		c.values = append(c.values, 0)
	}
	for s := 0; s < len(w.values); s += columns {
		v, sum := w.values[s:s+columns], c.values[s:s+columns]
		for counter, live := range [2]int{liveObjects, liveBytes} {
			sum[counter] = max(sum[counter]+int64(math.Round(share*float64(v[counter]))), v[live])
			v[counter] = sum[counter]
		}
	}
	c.progress = max(c.progress, w.Progress)
}

// raise raises counters to at least those of a newer estimate.
func (c *counters) raise(values []int64) {
	for i := range min(len(values), len(c.values)) {
		c.values[i] = max(c.values[i], values[i])
	}
}

// Next returns the profile of a moment after all others, by the names of its sample types.
// It is for stores that have the allocations between two profiles, see [Moment.IsDelta].
func (b *Builder) Next(m Moment, parts map[string][]byte) (Joined, error) {
	values, err := b.tables.addWhole(parts)
	if err != nil {
		return Joined{}, err
	}
	w := wholeProfile{m, values}
	b.counters.addTo(&w)
	e, err := newEncoder(b.tables)
	if err != nil {
		return Joined{}, err
	}
	data, err := e.encode(m.Time, w.values)
	return Joined{data, b.tables.period <= 0}, err
}
