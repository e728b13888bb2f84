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

// openerTable has a row for each scheme that [Open] can open.
var openerTable = []opener{
	{SchemeHTTP, openHTTP},
	{SchemeUnix, openUnix},
	{SchemeKube, openKube},
	{SchemeFile, openFile},
	{SchemeParca, openStore},
	{SchemePyroscope, openStore},
}

// Open returns the source of a target. It checks the options and the files that they
// name. It does not wait for the target: whether that responds is a Status of the
// watch. ctx bounds only the opening.
func Open(ctx context.Context, t Target, o Options) (Source, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	for _, row := range openerTable {
		if row.scheme == t.Scheme {
			return row.open(ctx, t, o.withDefaults())
		}
	}
	return nil, fmt.Errorf("open %s: cannot watch targets of scheme %q", t.Name, t.Scheme)
}
