package store

import (
	"context"
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/join"
	"github.com/leaktop/leaktop/source/recording"
)

// Follow fetches the profiles of each kind that the store has received since the last
// one. It returns no items if there is nothing new.
func (h *History) Follow(ctx context.Context) ([]recording.Item, error) {
	before := len(h.Items)
	last := h.options.Window.From
	for _, at := range h.latest {
		if at.After(last) {
			last = at
		}
	}
	w := Window{last.Add(time.Millisecond), h.options.Now().Add(FutureSlack)}
	if !w.To.After(w.From) {
		return nil, nil
	}
	types := []struct {
		kind profile.Kind
		t    Type
	}{{profile.Goroutine, h.types.goroutines}, {profile.Heap, Type{}}}
	if h.types.heap != nil {
		types[1].t = h.types.heap[3]
	}
	for _, x := range types {
		if x.t.Name == "" {
			continue
		}
		all, err := h.newer(ctx, x.kind, x.t, w)
		if err != nil {
			return nil, err
		}
		for _, m := range all {
			err := h.fetchNew(ctx, m)
			if IsMissing(err) {
				continue // it is not complete yet
			}
			if err != nil {
				return nil, err
			}
		}
	}
	out := slices.Clone(h.Items[before:])
	if len(out) > 0 {
		h.arrived = h.options.Now()
	}
	slices.SortStableFunc(out, func(a, b recording.Item) int { return a.Time.Compare(b.Time) })
	return out, nil
}

// fetchNew fetches a profile and adds it.
func (h *History) fetchNew(ctx context.Context, m moment) error {
	m.isWhole = m.kind == profile.Heap
	p, err := h.fetchParts(ctx, m)
	if err != nil {
		return err
	}
	if m.kind != profile.Heap {
		h.addProfile(m.kind, m.at, p[0])
		return nil
	}
	data, err := p.read()
	if err != nil {
		return err
	}
	j, err := h.joinNew(m, data)
	if err != nil {
		return err
	}
	return h.addBuilt(j, m.at)
}

// joinNew joins the parts of a heap that is newer than all others.
func (h *History) joinNew(m moment, parts map[string][]byte) (join.Joined, error) {
	if h.totals.isDelta() {
		return h.heaps.Next(join.Moment{Time: m.at, Process: h.process, IsDelta: true}, parts)
	}
	return join.Heap(parts, m.at)
}

// maxNewer is the maximum number of new profiles that are fetched at once, such as after an
// outage. Usually there is only one.
const maxNewer = 8

// newer returns the moments of new profiles in a window, of the newest process, and only some
// if there are many. If another process has taken over, it adds that process.
func (h *History) newer(ctx context.Context, k profile.Kind, t Type, w Window) (out []moment, err error) {
	all, err := h.reader.Totals(ctx, t, h.options.Selector, w, time.Second)
	if err != nil {
		return nil, err
	}
	var of Series
	newest := h.latest[k]
	for _, s := range all {
		if len(s.Points) > 0 && lastTime(s).After(newest) {
			of, newest = s, lastTime(s)
		}
	}
	points := slices.DeleteFunc(slices.Clone(of.Points), func(p Point) bool { return !p.Time.After(h.latest[k]) })
	for _, p := range thinPoints(points, maxNewer) {
		out = append(out, moment{kind: k, at: p.Time, labels: of.Labels})
	}
	if len(out) > 0 && !slices.Equal(of.Labels, h.Labels) {
		began := out[0].at
		h.process++
		h.addMessage(began, profile.Event{Time: began, Kind: profile.EventRestart, Text: describeStart(h.Labels, of.Labels)})
		h.Labels = of.Labels
		h.addMessage(began, h.factsOf(of.Labels))
	}
	return out, nil
}
