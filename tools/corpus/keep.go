package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/source"
)

// keeper is a source that also writes every message to a file of a folder, named by
// time and kind.
type keeper struct {
	source.Source
	path string
}

func keepIn(path string, src source.Source) (source.Source, error) {
	if err := os.MkdirAll(path, 0o755); err != nil { //nolint:gosec // nothing secret
		return nil, fmt.Errorf("make folder to keep polls in: %w", err)
	}
	return keeper{src, path}, nil
}

// Watch implements source.Source.
func (k keeper) Watch(ctx context.Context, send func(source.Message)) error {
	var failed error
	err := k.Source.Watch(ctx, func(m source.Message) {
		failed = cmp.Or(failed, k.write(m))
		send(m)
	})
	return errors.Join(err, failed)
}

// TraceBudget implements source.Tracer as the kept source does.
func (k keeper) TraceBudget() (cost float64, ok bool) {
	if t, is := k.Source.(source.Tracer); is {
		return t.TraceBudget()
	}
	return 0, false
}

func (k keeper) write(m source.Message) error {
	switch m := m.(type) {
	case source.Capture:
		return k.file(m.Time, string(m.Kind), m.Data)
	case source.Reading:
		data, err := json.Marshal(m)
		if err != nil {
			return fmt.Errorf("keep a reading: %w", err)
		}
		return k.file(m.Time, "memory", data)
	}
	return nil
}

func (k keeper) file(at time.Time, kind string, data []byte) error {
	name := fmt.Sprintf("%d_%s", at.UnixMilli(), kind)
	if err := os.WriteFile(filepath.Join(k.path, name), data, 0o644); err != nil { //nolint:gosec // nothing secret
		return fmt.Errorf("keep a poll: %w", err)
	}
	return nil
}

// folder is a source that replays what a keeper wrote. It waits for each message to
// be processed.
type folder struct {
	source.Source // not used otherwise
	path          string
	took          chan struct{}
	paces         []pace
}

// Watch implements source.Source.
func (f *folder) Watch(_ context.Context, send func(source.Message)) error {
	entries, err := os.ReadDir(f.path)
	if err != nil {
		return fmt.Errorf("read kept polls: %w", err)
	}
	slices.SortFunc(entries, func(a, b os.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	for _, e := range entries {
		m, p, err := f.read(e.Name())
		if err != nil {
			return err
		}
		if m == nil {
			f.paces = append(f.paces, p)
			continue
		}
		send(m)
		<-f.took
	}
	return nil
}

// read reads a file, which has a message or, if m is nil, a pace.
func (f *folder) read(name string) (m source.Message, p pace, err error) {
	data, err := os.ReadFile(filepath.Join(f.path, name))
	if err != nil {
		return nil, p, fmt.Errorf("read a kept poll: %w", err)
	}
	ms, kind, _ := strings.Cut(name, "_")
	n, err := strconv.ParseInt(ms, 10, 64)
	if err != nil {
		return nil, p, fmt.Errorf("read time of %s: %w", name, err)
	}
	at := time.UnixMilli(n)
	switch kind {
	case "pace":
		p, err = readPace(at, data)
		return nil, p, err
	case "memory":
	default:
		return source.Capture{Capture: profile.Capture{Kind: profile.Kind(kind), Time: at, Data: data}}, p, nil
	}
	var r memory.Reading
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, p, fmt.Errorf("read a kept reading: %w", err)
	}
	return source.Reading{Reading: r}, p, nil
}
