package source

import (
	"context"
	"fmt"

	"github.com/leaktop/leaktop/source/recording"
)

// openFile opens recordings, profiles, and folders of them.
func openFile(ctx context.Context, t Target, o Options) (Source, error) {
	rec, err := recording.Open(ctx, t.Paths)
	if err != nil {
		return nil, err
	}
	r, err := newRecorded(t, o, rec)
	if err != nil {
		return nil, fmt.Errorf("%w (closing: %v)", err, rec.Close())
	}
	return r, nil
}
