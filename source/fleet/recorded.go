package fleet

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/recording"
	"github.com/leaktop/leaktop/source/target"
)

// OfRecording returns the finder of the members of a recorded fleet. ok is false if the
// target is anything else.
func OfRecording(t target.Target) (f Static, ok bool, err error) {
	if t.Scheme != target.SchemeFile || len(t.Paths) != 1 {
		return f, false, nil
	}
	path := t.Paths[0]
	meta, ok, err := recording.ReadFleet(path)
	if !ok || err != nil {
		return f, ok, err
	}
	f.Title = plain.Clip(meta.Target, 100)
	for i, m := range meta.Members {
		one, err := target.Parse(filepath.Join(path, m.File))
		if err != nil {
			return f, true, fmt.Errorf("open %s: %w", t.Name, err)
		}
		x := Target{
			ID: fmt.Sprint(i + 1), Name: plain.Clip(m.Name, 100), Facts: source.CleanFacts(m.Facts),
			Zone: plain.Clip(m.Zone, 60), Cluster: plain.Clip(m.Cluster, 60), ExitReason: plain.Clip(m.ExitReason, 60), Removed: plain.Clip(m.Removed, 400), Left: m.Gone,
			Open: func(ctx context.Context, o source.Options) (source.Source, error) { return source.Open(ctx, one, o) },
		}
		x.CPU = x.Facts.CPU
		f.Targets = append(f.Targets, x)
	}
	return f, true, nil
}
