package source

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/leaktop/leaktop/source/recording"
	"github.com/leaktop/leaktop/source/target"
)

// opener opens the targets of one scheme.
type opener struct {
	scheme string
	open   func(ctx context.Context, t target.Target, o Options) (Source, error)
}

// openerTable has a row for each scheme that [Open] can open.
var openerTable = []opener{
	{target.SchemeHTTP, openHTTP},
	{target.SchemeUnix, openUnix},
	{target.SchemeKube, openKube},
	{target.SchemeFile, openFile},
	{target.SchemeProcess, openProcess},
	{target.SchemeParca, openStore},
	{target.SchemePyroscope, openStore},
}

// Open returns the source of a target. It checks the options and the files that they
// name. It does not wait for the target: whether that responds is a Status of the
// watch. ctx bounds only the opening.
func Open(ctx context.Context, t target.Target, o Options) (Source, error) {
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

// openFile opens recordings, profiles, and folders of them.
func openFile(ctx context.Context, t target.Target, o Options) (Source, error) {
	rec, err := recording.Open(ctx, t.Paths, o.sayProgress)
	if err != nil {
		return nil, err
	}
	r, err := newRecorded(t, o, rec)
	if err != nil {
		return nil, errors.Join(err, rec.Close())
	}
	return r, nil
}

// socket is the path of a unix socket, as a Link.
type socket string

func (s socket) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(ctx, "unix", string(s))
}

func openUnix(_ context.Context, t target.Target, o Options) (Source, error) {
	return newHTTP(t, o, socket(t.Socket))
}
