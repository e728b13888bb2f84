// Package record writes what a target sends to a file or a store, without a screen.
package record

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/charmbracelet/x/term"

	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/recording"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/terminal"
)

// Options are the user's choices for a recording.
type Options struct {
	Path      string // path of the file; empty means no recording
	MaxSize   int64  // in bytes; 0 means no limit
	Overwrite bool
	Version   string // of leaktop
	// OnStart is called with the path of each recording that begins; nil for none.
	OnStart func(path string)
	// Push is the store that the profiles of a live view are sent to; nil for none.
	// Profiles that wait for it are kept in PushDir.
	Push    *source.Sink
	PushDir string
}

// DefaultMaxSize, in bytes, keeps a forgotten recording from filling a disk. With two
// seconds between polls, it holds some hours of a typical service before anything is
// thinned.
const DefaultMaxSize = 1 << 30

// Options returns the options of a recording of a target that begins now.
func (o Options) Options(target string, now time.Time) recording.Options {
	return recording.Options{Target: target, Version: o.Version, Started: now, MaxSize: o.MaxSize, Overwrite: o.Overwrite}
}

// Started calls OnStart, if it is set.
func (o Options) Started(path string) {
	if o.OnStart != nil {
		o.OnStart(path)
	}
}

// Record watches src without a screen and writes everything it sends to a file, until
// forTime has passed (0 means no limit), ctx ends, or a signal arrives. It writes its
// progress to stderr. It fails if no profile arrived.
func Record(ctx context.Context, src source.Source, r Options, forTime time.Duration, stderr io.Writer) error {
	ctx, cancel := terminal.UntilSignalOr(ctx, forTime)
	defer cancel()
	w := session.New(src)
	if err := w.Record(r.Path, r.Options(src.Name(), time.Now())); err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	last := showProgress(w.Updates(), stderr, src.Name())
	ran := <-done
	st, err := w.StopRecording()
	if st.Profiles == 0 && !r.Overwrite {
		err = errors.Join(err, os.Remove(r.Path)) // if it replaced another file, that one is gone already
	}
	if err = errors.Join(ran, err); err != nil {
		return fmt.Errorf("record %s: %w", src.Name(), err)
	}
	if st.Profiles == 0 {
		why := errors.New("it was stopped before the first response")
		if said := last.Status.Failure(); said != nil {
			why = said
		}
		return fmt.Errorf("record %s: no profile arrived: %w", src.Name(), why)
	}
	fmt.Fprintf(stderr, "leaktop: wrote %s: %s of %s, %s. Replay it: leaktop %s\n", r.Path,
		Profiles(st.Profiles), format.Duration(last.Now.Sub(last.First)), format.Bytes(st.Size), r.Path)
	return nil
}

// Profiles formats a number of profiles: "1 profile", "1,204 profiles".
func Profiles(n int) string {
	return format.Things(n, "profile")
}

// showProgress shows the progress of a recording until there are no more states, and
// returns the last state. On a terminal it updates one line; otherwise it writes one
// line at the start and one if something fails.
func showProgress(states <-chan session.State, stderr io.Writer, name string) (last session.State) {
	f, terminal := stderr.(term.File)
	terminal = terminal && term.IsTerminal(f.Fd())
	if !terminal {
		fmt.Fprintf(stderr, "leaktop: recording %s\n", format.Clean(name))
	}
	var told string
	for st := range states {
		last = st
		switch line, bad := recordLine(name, st); {
		case terminal:
			cols, _, err := term.GetSize(f.Fd())
			if err != nil {
				cols = 80
			}
			plain.Rewrite(stderr, format.Fit(line, max(1, cols-1)))
		case bad != "" && bad != told:
			told = bad
			fmt.Fprintln(stderr, "leaktop: "+bad)
		}
	}
	if terminal {
		plain.Rewrite(stderr, "")
	}
	return last
}

// recordLine describes the progress of a recording, and separately what is wrong with
// it.
func recordLine(name string, st session.State) (line, bad string) {
	name = format.Clean(name)
	var r session.Recording
	if st.Recording != nil {
		r = *st.Recording
	}
	if st.Push != nil {
		r.Profiles, r.Err = st.Push.Sent, st.Push.Err
	}
	switch {
	case r.Err != nil:
		bad = tui.Explain(r.Err)
	case st.Status.Failure() != nil:
		bad = tui.Explain(st.Status.Failure())
	}
	if bad != "" {
		return bad, bad
	}
	passed := time.Duration(0)
	if !st.First.IsZero() {
		passed = st.Now.Sub(st.First)
	}
	if st.Push != nil {
		return fmt.Sprintf("sending %s  %s · %s, %s waiting · %s", name, format.Elapsed(passed),
			Profiles(r.Profiles), format.Count(st.Push.Waiting), cmp.Or(string(st.Report.Verdict), "watching")), ""
	}
	return fmt.Sprintf("recording %s  %s · %s · %s · %s", name, format.Elapsed(passed),
		Profiles(r.Profiles), format.Bytes(r.Size), cmp.Or(string(st.Report.Verdict), "watching")), ""
}
