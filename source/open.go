package source

import (
	"context"
	"fmt"
)

// opener opens the targets of one scheme.
type opener struct {
	scheme string
	open   func(ctx context.Context, t Target, o Options) (Source, error)
}

// openers is the table of what [Open] can open.
var openers = []opener{
	{SchemeHTTP, openHTTP},
	{SchemeUnix, openUnix},
	{SchemeKube, openKube},
	{SchemeFile, openFile},
}

// Open makes the source of a target. It checks the options and what they name,
// and does not wait for the target: one that does not answer yet is a Status of
// the watch. ctx bounds the opening only.
func Open(ctx context.Context, t Target, o Options) (Source, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	for _, row := range openers {
		if row.scheme == t.Scheme {
			return row.open(ctx, t, o.withDefaults())
		}
	}
	return nil, fmt.Errorf("open %s: targets of scheme %q cannot be watched", t.Name, t.Scheme)
}
