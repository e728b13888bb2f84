package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	pprof "github.com/google/pprof/profile"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/recording"
)

const (
	// sparse is the minimum time between two profiles of a kind in a small recording.
	// Readings are three times as far apart.
	sparse = 3 * time.Second
	// maxFunctions is the number of functions, the heaviest ones, whose stacks its
	// profiles keep.
	maxFunctions = 5
)

// recordAll writes a recording of each case, small enough for the repository.
func (o options) recordAll(ctx context.Context, cases []testCase) error {
	if err := os.MkdirAll(o.record, 0o755); err != nil { //nolint:gosec // nothing secret
		return fmt.Errorf("make folder of recordings: %w", err)
	}
	for _, c := range cases {
		if err := o.recordOne(ctx, c.name); err != nil {
			return fmt.Errorf("record %s: %w", c.name, err)
		}
	}
	return nil
}

func (o options) recordOne(ctx context.Context, name string) error {
	w, err := recording.Create(filepath.Join(o.record, name+".tar"), recording.Options{Target: name, Version: "corpus", Overwrite: true})
	if err != nil {
		return err
	}
	var failed error
	each := func(do func(m source.Message) error) error {
		src := &folder{path: filepath.Join(o.from, name), took: make(chan struct{}, 1)}
		return src.Watch(ctx, func(m source.Message) {
			src.took <- struct{}{}
			failed = cmp.Or(failed, do(m))
		})
	}
	sm := small{weights: map[profile.Kind]map[string]int64{}, last: map[profile.Kind]time.Time{}}
	first := each(sm.weigh)
	sm.choose()
	second := each(func(m source.Message) error { return sm.append(w, m) })
	return errors.Join(first, second, failed, w.Close())
}

// small reduces a recording: profiles of a kind keep the stacks of the same few
// functions throughout.
type small struct {
	weights map[profile.Kind]map[string]int64
	last    map[profile.Kind]time.Time
}

// weigh records the maximum value of each function.
func (sm small) weigh(m source.Message) error {
	c, ok := m.(source.Capture)
	if !ok {
		return nil
	}
	p, err := pprof.ParseData(c.Data)
	if err != nil {
		return fmt.Errorf("parse profile: %w", err)
	}
	of := sm.weights[c.Kind]
	if of == nil {
		of = map[string]int64{}
		sm.weights[c.Kind] = of
	}
	sums := map[string]int64{}
	for _, s := range p.Sample {
		if len(s.Value) > 3 {
			sums[keyOf(s)] += 4*s.Value[3] + s.Value[1]
		} else {
			sums[keyOf(s)] += s.Value[0]
		}
	}
	for k, v := range sums {
		of[k] = max(of[k], v)
	}
	return nil
}

// choose keeps the heaviest functions.
func (sm small) choose() {
	for _, of := range sm.weights {
		delete(of, "")
		names := slices.SortedFunc(maps.Keys(of), func(a, b string) int { return cmp.Or(cmp.Compare(of[b], of[a]), cmp.Compare(a, b)) })
		for _, n := range names[min(len(names), maxFunctions):] {
			delete(of, n)
		}
	}
}

// append writes a message, unless the last one of its kind is too recent.
func (sm small) append(w *recording.Writer, m source.Message) error {
	switch m := m.(type) {
	case source.Reading:
		if m.Time.Sub(sm.last[source.Memory]) >= 3*sparse {
			sm.last[source.Memory] = m.Time
			return w.Append(m.Reading)
		}
	case source.Capture:
		if m.Time.Sub(sm.last[m.Kind]) < sparse {
			return nil
		}
		sm.last[m.Kind] = m.Time
		var err error
		if m.Data, err = strip(m.Data, sm.weights[m.Kind]); err != nil {
			return err
		}
		return w.Append(m.Capture)
	}
	return nil
}

// strip removes the stacks of all functions but those of of from a profile.
func strip(data []byte, of map[string]int64) ([]byte, error) {
	p, err := pprof.ParseData(data)
	if err != nil {
		return nil, fmt.Errorf("parse profile: %w", err)
	}
	p.Sample = slices.DeleteFunc(p.Sample, func(s *pprof.Sample) bool { _, ok := of[keyOf(s)]; return !ok })
	p.Comments, p.Mapping = nil, nil
	for _, l := range p.Location {
		l.Mapping = nil
	}
	var out bytes.Buffer
	if err := p.Compact().Write(&out); err != nil {
		return nil, fmt.Errorf("write profile: %w", err)
	}
	return out.Bytes(), nil
}

// keyOf returns the function to which a stack is attributed: the service's function
// nearest to the leaf, or else the outermost one; "" for the observer's own stacks.
func keyOf(s *pprof.Sample) string {
	key := ""
	for _, l := range s.Location {
		for _, line := range l.Line {
			name := line.Function.Name
			switch {
			case strings.Contains(name, "pprof."):
				return ""
			case !strings.Contains(key, own):
				key = name
			}
		}
	}
	return key
}

// own is part of the names of the services' functions.
const own = "leaktop/leaktop/"
