package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/join"
	"github.com/leaktop/leaktop/source/recording"
)

// cached is one profile from the store, in a file of the cache.
type cached struct {
	path string
	size int64
}

// parts are the profiles of a moment: one, or the sample types of a heap in the order of
// heapSamples.
type parts []cached

// cacheFormat is the version of the format of the cache.
const cacheFormat = "2"

// typesOf returns the types of values to fetch for a moment.
func (h *History) typesOf(m moment) []Type {
	switch {
	case m.kind == profile.Goroutine:
		return []Type{h.types.goroutines}
	case m.isWhole:
		return h.types.heap
	}
	return []Type{h.types.main()}
}

// fetchParts gets the profiles of a moment. It is safe for concurrent use.
func (h *History) fetchParts(ctx context.Context, m moment) (out parts, err error) {
	for _, t := range h.typesOf(m) {
		c, err := h.fetchPart(ctx, t, m)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// fetchPart gets one profile, from the cache if it is there.
func (h *History) fetchPart(ctx context.Context, t Type, m moment) (cached, error) {
	at := strconv.FormatInt(m.at.UnixNano(), 10)
	path := h.cache.pathOf(cacheFormat, h.options.Store, t.String(), m.labels.Selector().String(), at)
	if size, ok := h.cache.sizeOf(path, h.options.Now()); ok {
		return cached{path, size}, nil
	}
	data, err := h.reader.Profile(ctx, t, m.labels, m.at)
	if err == nil {
		err = h.cache.write(path, data)
	}
	return cached{path, int64(len(data))}, err
}

// addHeap adds the parts of a heap to those that buildHeaps joins. It is safe for
// concurrent use.
func (h *History) addHeap(m moment, p parts) error {
	at := join.Moment{Time: m.at, Process: m.process, Progress: m.progress, IsDelta: m.isDelta}
	if m.isWhole {
		data, err := p.read()
		if err != nil {
			return err
		}
		return h.heaps.AddWhole(at, data)
	}
	data, err := os.ReadFile(p[0].path)
	if err != nil {
		return fmt.Errorf("read a profile of the cache: %w", err)
	}
	return h.heaps.AddLive(at, data)
}

// read returns the parts of a heap by sample type.
func (p parts) read() (map[string][]byte, error) {
	out := map[string][]byte{}
	for i, c := range p {
		data, err := os.ReadFile(c.path)
		if err != nil {
			return nil, fmt.Errorf("read a profile of the cache: %w", err)
		}
		out[heapSamples[i]] = data
	}
	return out, nil
}

// buildHeaps adds the heaps whose parts were fetched.
func (h *History) buildHeaps() error {
	h.reportProgress("completing the heap profiles")
	estimated, all, incomplete := 0, 0, 0
	for b := range h.heaps.Profiles() {
		if errors.Is(b.Err, join.ErrNoWhole) {
			incomplete++
			continue
		}
		if b.Err != nil {
			return b.Err
		}
		if err := h.addBuilt(b.Joined, b.Time); err != nil {
			return err
		}
		all++
		if b.IsEstimated {
			estimated++
		}
	}
	if !h.totals.isDelta() {
		h.heaps = nil
	}
	if incomplete > 0 {
		h.Diagnostics = append(h.Diagnostics, profile.Diagnostic{
			Code: profile.CodeStoreParts, Severity: profile.SeverityWarning,
			What: fmt.Sprintf("%d heap profiles are left out: %v", incomplete, join.ErrNoWhole),
		})
	}
	if estimated > 0 {
		h.Diagnostics = append(h.Diagnostics, profile.Diagnostic{
			Code: profile.CodeEstimatedCounts, Severity: profile.SeverityInfo,
			What: fmt.Sprintf("allocations and numbers of objects are estimated for %d of the %d heap profiles, of which only the live bytes were read", estimated, all),
		})
	}
	return nil
}

// addBuilt adds a heap profile that was joined from its parts.
func (h *History) addBuilt(j join.Joined, at time.Time) error {
	path, err := h.cache.writeTemporary(builtFile, j.Data)
	if err != nil {
		return err
	}
	h.built = append(h.built, path)
	h.isRateAssumed = h.isRateAssumed || j.IsRateAssumed
	h.addProfile(profile.Heap, at, cached{path, int64(len(j.Data))})
	return nil
}

// addProfile adds a profile that was fetched.
func (h *History) addProfile(k profile.Kind, at time.Time, c cached) {
	h.number++
	h.Items = append(h.Items, recording.NewProfile(profile.Capture{Kind: k, Time: at}, c.path, c.size))
	if at.After(h.latest[k]) {
		h.latest[k] = at
	}
}
