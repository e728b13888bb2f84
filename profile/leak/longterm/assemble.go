package longterm

import (
	"cmp"
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// Overlap is how long a process and its successor may both run: a rollout starts the new
// one before it stops the old one.
const Overlap = 15 * time.Minute

// maxMarks bounds the marks that are kept of a target that restarts again and again: the
// latest ones.
const maxMarks = 500

// Assemble joins the series of many processes into one line per metric: that of the process
// id, before its start that of its predecessor, and so on. It sets the lines, the limit,
// the marks and the kills of d. templateOf returns the part of an ID that processes of one
// version have in common; version labels take precedence.
func Assemble(d *Data, all []Series, id string, templateOf func(id string) string) {
	chain := chainOf(all, id)
	d.Lines = map[Metric][]profile.Value{}
	for _, m := range []Metric{WorkingSet, Anonymous, Cache, Resident, Goroutines, Limit} {
		if line := joinLine(all, m, chain); len(line) > 0 {
			d.Lines[m] = line
		}
	}
	d.Limit = newestValue(d.Lines[Limit])
	b := markBuilder{step: d.Step}
	for i, l := range chain {
		if i > 0 {
			m := Mark{Time: exactStart(all, l, d.Step), Kind: MarkPod, Version: l.version}
			before := chain[i-1]
			if l.version != before.version || templateOf(l.id) != templateOf(before.id) {
				m.Kind = MarkRollout
			}
			b.add(m)
		}
		b.addLink(all, l)
	}
	b.addVersions(all)
	d.Marks = b.marks[max(0, len(b.marks)-maxMarks):]
	for _, m := range d.Marks {
		if m.Kind == MarkOOM {
			d.Kills++
		}
	}
}

// exactStart returns the start of a process: its own start time, if that agrees with its
// first value.
func exactStart(all []Series, l link, step time.Duration) time.Time {
	if starts := seriesOf(all, Starts, l.id); len(starts) > 0 {
		at := time.UnixMilli(int64(starts[0].V * 1000))
		if at.Before(l.from) && l.from.Sub(at) <= 2*step {
			return at
		}
	}
	return l.from
}

// link is one process of a chain, and the time in which its values are used.
type link struct {
	id, version string
	from, to    time.Time
}

// chainOf follows a process back through its predecessors: each ends about when the next
// begins. Of several candidates, the one with the most memory counts.
func chainOf(all []Series, id string) (chain []link) {
	lines := memoryOf(all)
	l, ok := findLink(lines, id)
	if !ok {
		return nil
	}
	chain = []link{l}
	used := map[string]bool{id: true}
	for len(chain) < maxMarks {
		next := chain[0]
		var best *Series
		for i := range lines {
			s := &lines[i]
			first, last := s.Points[0].Time, s.Points[len(s.Points)-1].Time
			if used[s.ID] || !first.Before(next.from) || last.Sub(next.from) > Overlap {
				continue
			}
			if best == nil || isBetterPredecessor(*s, *best, next.from) {
				best = s
			}
		}
		if best == nil {
			break
		}
		used[best.ID] = true
		to := best.Points[len(best.Points)-1].Time
		if to.After(next.from) {
			to = next.from
		}
		chain = slices.Insert(chain, 0, link{id: best.ID, version: best.Version, from: best.Points[0].Time, to: to})
	}
	return chain
}

// isBetterPredecessor reports whether a is a better predecessor than b of a process that
// began at a time: it lasted longer, or had more memory at the end.
func isBetterPredecessor(a, b Series, at time.Time) bool {
	end := func(s Series) profile.Value { return s.Points[len(s.Points)-1] }
	gapA, gapB := at.Sub(end(a).Time), at.Sub(end(b).Time)
	if (gapA - gapB).Abs() > Overlap {
		return gapA < gapB
	}
	return end(a).V > end(b).V
}

// memoryOf returns the series of the best metric of memory.
func memoryOf(all []Series) (out []Series) {
	for _, m := range MemoryMetrics {
		for _, s := range all {
			if s.Metric == m && len(s.Points) > 0 {
				out = append(out, s)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

func findLink(lines []Series, id string) (link, bool) {
	for _, s := range lines {
		if s.ID == id {
			return link{id: id, version: s.Version, from: s.Points[0].Time, to: s.Points[len(s.Points)-1].Time}, true
		}
	}
	return link{}, false
}

// joinLine returns the values of a metric, each from the process that counts at its time.
func joinLine(all []Series, m Metric, chain []link) (out []profile.Value) {
	for i, l := range chain {
		for _, s := range all {
			if s.Metric != m || s.ID != l.id {
				continue
			}
			for _, v := range s.Points {
				if !v.Time.Before(l.from) && (i == len(chain)-1 || v.Time.Before(chain[i+1].from)) {
					out = append(out, v)
				}
			}
			break
		}
	}
	return out
}

// markBuilder collects marks. Several reports of the same restart are one mark.
type markBuilder struct {
	step  time.Duration
	marks []Mark
}

// markStrength orders the kinds of marks: of several marks for one restart, the kind with
// the highest strength is kept.
func markStrength(k MarkKind) int {
	return slices.Index([]MarkKind{MarkRestart, MarkOOM, MarkPod, MarkRollout}, k)
}

// add adds a mark, unless there is one of the same restart, which it completes.
func (b *markBuilder) add(m Mark) {
	for i := range b.marks {
		old := &b.marks[i]
		if old.Time.Sub(m.Time).Abs() > 2*b.step {
			continue
		}
		if markStrength(m.Kind) > markStrength(old.Kind) {
			old.Kind = m.Kind
		}
		old.Version = cmp.Or(old.Version, m.Version)
		return
	}
	b.marks = append(b.marks, m)
	slices.SortStableFunc(b.marks, func(a, c Mark) int { return a.Time.Compare(c.Time) })
}

// addLink adds the restarts within one link of the chain: at start times, and where the
// counter of restarts rises or starts over.
func (b *markBuilder) addLink(all []Series, l link) {
	within := func(t time.Time) bool { return t.After(l.from.Add(b.step)) && !t.After(l.to.Add(b.step)) }
	oom := seriesOf(all, OOMKills, l.id)
	// Start times are exact; the counter is as exact as the step.
	var last float64
	for _, v := range seriesOf(all, Starts, l.id) {
		at := time.UnixMilli(int64(v.V * 1000))
		if last > 0 && v.V > last+1 && within(at) {
			b.add(Mark{Time: at, Kind: killedKind(oom, at, b.step)})
		}
		last = v.V
	}
	counter := seriesOf(all, Restarts, l.id)
	for i := 1; i < len(counter); i++ {
		at := counter[i].Time
		switch {
		case !within(at):
		case counter[i].V > counter[i-1].V:
			b.add(Mark{Time: at, Kind: killedKind(oom, at, b.step)})
		case counter[i].V < counter[i-1].V:
			b.add(Mark{Time: at, Kind: MarkPod})
		}
	}
}

// killedKind returns [MarkOOM] if the process that ended at a time was killed for memory,
// else [MarkRestart].
func killedKind(oom []profile.Value, at time.Time, step time.Duration) MarkKind {
	for i, v := range oom {
		if v.Time.Before(at.Add(-2*step)) || v.Time.After(at.Add(3*step)) {
			continue
		}
		// A gauge says how the last one ended; a counter rises.
		isGauge := v.V <= 1
		if isGauge && v.V > 0 && !v.Time.Before(at) || i > 0 && v.V > oom[i-1].V {
			return MarkOOM
		}
	}
	return MarkRestart
}

func seriesOf(all []Series, m Metric, id string) []profile.Value {
	for _, s := range all {
		if s.Metric == m && s.ID == id {
			return s.Points
		}
	}
	return nil
}

// addVersions adds a mark where a version begins after another one.
func (b *markBuilder) addVersions(all []Series) {
	var versions []Series
	for _, s := range all {
		if s.Metric == Version && len(s.Points) > 0 && s.Version != "" {
			versions = append(versions, s)
		}
	}
	slices.SortStableFunc(versions, func(a, c Series) int { return a.Points[0].Time.Compare(c.Points[0].Time) })
	for i, s := range versions {
		if at := s.Points[0].Time; i > 0 && s.Version != versions[i-1].Version {
			b.add(Mark{Time: at, Kind: MarkRollout, Version: s.Version})
		}
	}
}
