package store

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// totals are the totals of the processes that a selector selects, in order.
type totals struct {
	main       []Series // of the type that shows the course of the service
	counters   []Series // allocated objects, if it has heaps
	goroutines []Series // if it has any
}

// readTotals reads the totals of all profiles. If they cover only a small part of the
// window, such as a recording of minutes, it reads that part again, with totals that are
// closer together.
func (h *History) readTotals(ctx context.Context) (totals, error) {
	t, err := h.readTotalsOf(ctx, h.options.Window)
	if err != nil {
		return t, err
	}
	if part, ok := t.partOf(h.options.Window); ok {
		return h.readTotalsOf(ctx, part)
	}
	return t, nil
}

// narrowShare decides when part of a window is read again: if the totals cover less than
// 1/narrowShare of it.
const narrowShare = 4

// partOf returns the part of a window that has totals; ok is false if that is most of the
// window.
func (t totals) partOf(w Window) (part Window, ok bool) {
	for _, s := range append(slices.Clone(t.main), t.goroutines...) {
		if first := s.Points[0].Time; part.From.IsZero() || first.Before(part.From) {
			part.From = first
		}
		if last := lastTime(s); last.After(part.To) {
			part.To = last
		}
	}
	step := totalsStep(w)
	part.From, part.To = part.From.Add(-step), part.To.Add(step)
	if part.From.Before(w.From) {
		part.From = w.From
	}
	if part.To.After(w.To) {
		part.To = w.To
	}
	return part, len(t.main) > 0 && step > time.Second && narrowShare*part.To.Sub(part.From) < w.To.Sub(w.From)
}

// readTotalsOf reads the totals of a window concurrently, because a store reads all profiles
// of the window for each type.
func (h *History) readTotalsOf(ctx context.Context, w Window) (t totals, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var group sync.WaitGroup
	read := func(to *[]Series, of Type) {
		group.Go(func() {
			all, err := h.reader.Totals(ctx, of, h.options.Selector, w, totalsStep(w))
			if err != nil {
				cancel(err)
			}
			*to = all
		})
	}
	h.reportProgress("reading the totals of the range")
	read(&t.main, h.types.main())
	if h.types.heap != nil {
		read(&t.counters, h.types.heap[0])
	}
	if h.types.heap != nil && h.types.goroutines.Name != "" {
		read(&t.goroutines, h.types.goroutines)
	}
	group.Wait()
	if ctx.Err() != nil {
		return t, context.Cause(ctx)
	}
	for i := range t.counters {
		t.counters[i].Points = withoutDips(t.counters[i].Points)
	}
	return t, nil
}

// findSeries finds the processes that the selector selects, and their totals.
func (h *History) findSeries(ctx context.Context) error {
	t, err := h.readTotals(ctx)
	if err != nil {
		return err
	}
	if len(t.main) == 0 && len(t.goroutines) > 0 {
		h.types.heap = nil // the store may have heaps only of other services
		t = totals{main: t.goroutines}
	}
	if len(t.main) == 0 {
		return explainEmpty(ctx, h.reader, h.options.Selector, h.options.Window)
	}
	ordered, ok := orderSuccessors(t.main)
	if !ok {
		return chooseInstance(h.options.Selector, ordered)
	}
	t.main = ordered
	if h.types.heap == nil {
		t.goroutines = ordered
	}
	t.goroutines, _ = orderSuccessors(t.goroutines)
	h.totals, h.Labels = t, ordered[len(ordered)-1].Labels
	return nil
}

// counterOf returns the number of objects allocated by the process with the given labels;
// it has no points if unknown.
func (t totals) counterOf(l Labels) Series {
	i := slices.IndexFunc(t.counters, func(c Series) bool { return slices.Equal(c.Labels, l) })
	if i < 0 {
		return Series{}
	}
	return t.counters[i]
}

// isDelta reports whether the store counts allocations between two profiles.
func (t totals) isDelta() bool {
	return slices.ContainsFunc(t.counters, func(c Series) bool { return c.IsDelta })
}

// planProcesses chooses the moments of one kind for all processes. It adds the facts and
// the start of each process.
func (h *History) planProcesses(k profile.Kind, series []Series, n int) (out []moment) {
	process := 0
	for i, s := range series {
		counter := h.totals.counterOf(s.Labels)
		restarts := restartTimes(counter.Points)
		if k == profile.Heap || h.types.heap == nil {
			h.addProcess(i, s, restarts)
		}
		// The newest process is what is judged: it has half, the earlier ones the rest.
		share := n
		if len(series) > 1 {
			share = n / 2
			if i < len(series)-1 {
				share = max(2, n/2/(len(series)-1))
			}
		}
		for _, at := range planMoments(s.Points, restarts, share) {
			m := moment{kind: k, at: at, labels: s.Labels, process: process, progress: valueAt(counter.Points, at), isDelta: counter.IsDelta}
			for _, t := range restarts {
				if !t.After(at) {
					m.process++
				}
			}
			out = append(out, m)
			h.process = max(h.process, m.process)
		}
		process += len(restarts) + 1
	}
	if len(out) > n {
		out = out[len(out)-n:]
	}
	return out
}

// valueAt returns the value of a series at a time, by linear interpolation. Without points,
// it returns the time itself.
func valueAt(points []Point, at time.Time) float64 {
	if len(points) == 0 {
		return float64(at.UnixMilli())
	}
	i, ok := slices.BinarySearchFunc(points, at, func(p Point, t time.Time) int { return p.Time.Compare(t) })
	switch {
	case ok:
		return points[i].Value
	case i == 0:
		return points[0].Value
	case i == len(points):
		return points[i-1].Value
	}
	a, b := points[i-1], points[i]
	if b.Value < a.Value {
		return b.Value // it restarted in between
	}
	return a.Value + (b.Value-a.Value)*at.Sub(a.Time).Seconds()/b.Time.Sub(a.Time).Seconds()
}

// addProcess adds the messages about the process of a series.
func (h *History) addProcess(i int, s Series, restarts []time.Time) {
	began := s.Points[0].Time
	if i > 0 {
		h.addMessage(began, profile.Event{Time: began, Kind: profile.EventRestart, Text: describeStart(h.totals.main[i-1].Labels, s.Labels)})
	}
	h.addMessage(began, h.factsOf(s.Labels))
	for _, at := range restarts {
		h.addMessage(at, profile.Event{Time: at, Kind: profile.EventRestart, Text: "restarted"})
	}
}
