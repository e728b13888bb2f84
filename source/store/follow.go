package store

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/join"
	"github.com/leaktop/leaktop/source/recording"
)

// Follow fetches what has come since the last profile: the newest of each kind. It returns
// no items if there is nothing new.
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
		m, ok, err := h.newest(ctx, x.kind, x.t, w)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		err = h.fetchNew(ctx, m)
		if IsMissing(err) {
			continue // it is not complete yet
		}
		if err != nil {
			return nil, err
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

// newest returns the moment of the newest profile in a window; ok is false if there is
// none after the last. When another process has taken over, it adds that.
func (h *History) newest(ctx context.Context, k profile.Kind, t Type, w Window) (m moment, ok bool, err error) {
	all, err := h.reader.Totals(ctx, t, h.options.Selector, w, time.Second)
	if err != nil {
		return m, false, err
	}
	for _, s := range all {
		if len(s.Points) > 0 && lastTime(s).After(cmp.Or(m.at, h.latest[k])) {
			m, ok = moment{kind: k, at: lastTime(s), labels: s.Labels}, true
		}
	}
	if ok && !slices.Equal(m.labels, h.Labels) {
		h.process++
		h.addMessage(m.at, profile.Event{Time: m.at, Kind: profile.EventRestart, Text: describeStart(h.Labels, m.labels)})
		h.Labels = m.labels
		h.addMessage(m.at, h.factsOf(m.labels))
	}
	return m, ok, nil
}
