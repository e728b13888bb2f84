package record

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/recording"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/tui/terminal"
)

// Send watches src without a screen and sends each distinct profile to a store, until
// forTime has passed (0 means no limit), ctx ends, or a signal arrives. Profiles that wait
// for the store are kept below dir. It fails if no profile was sent.
func Send(ctx context.Context, src source.Source, sink *source.Sink, dir string, forTime time.Duration, stderr io.Writer) error {
	ctx, cancel := terminal.UntilSignalOr(ctx, forTime)
	defer cancel()
	w := session.New(src)
	if err := w.Push(sink, dir); err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	last := showProgress(w.Updates(), stderr, src.Name())
	ran := <-done
	st, err := w.StopPushing()
	if err = errors.Join(ran, err); err != nil {
		return fmt.Errorf("send %s: %w", src.Name(), err)
	}
	if st.Sent == 0 {
		why := st.Err
		if said := last.Status.Failure(); said != nil && why == nil {
			why = said
		}
		if why == nil {
			why = errors.New("it was stopped before the first response")
		}
		return fmt.Errorf("send %s: no profile reached %s: %w", src.Name(), sink.Name(), why)
	}
	reportPush(stderr, st)
	return nil
}

// ReportPush ends the sending of a live view's profiles to a store, and writes the
// result to out; it writes nothing if there was no store.
func ReportPush(out io.Writer, w *session.Session) {
	st, err := w.StopPushing()
	switch {
	case err != nil:
		fmt.Fprintf(out, "leaktop: sending to %s failed: %v\n", st.Store, err)
	case st.Store != "":
		reportPush(out, st)
	}
}

func reportPush(out io.Writer, st source.Push) {
	fmt.Fprintf(out, "leaktop: sent %s to %s\n", Profiles(st.Sent), format.Clean(st.Store))
	if st.Dropped > 0 {
		why := ""
		if st.Err != nil {
			why = ": " + format.Clean(st.Err.Error())
		}
		fmt.Fprintf(out, "leaktop: %s could not be sent and were dropped%s\n", Profiles(st.Dropped), why)
	}
}

// Upload sends the profiles of a recording to a store.
func Upload(ctx context.Context, rec *source.Recorded, sink *source.Sink, stderr io.Writer) error {
	ctx, cancel := terminal.UntilSignal(ctx)
	defer cancel()
	told := time.Now()
	st, err := rec.Upload(ctx, sink, func(sent, all int) {
		if now := time.Now(); now.Sub(told) > 2*time.Second {
			told = now
			fmt.Fprintf(stderr, "leaktop: sent %s of %s\n", format.Count(sent), Profiles(all))
		}
	})
	if err == nil && st.Sent == 0 {
		err = errors.New("the recording has no profile that a store accepts")
	}
	if err != nil {
		return fmt.Errorf("send %s: %s sent: %w", rec.Name(), Profiles(st.Sent), err)
	}
	reportPush(stderr, st)
	return nil
}

// Copy writes the profiles of a store to a file.
func Copy(ctx context.Context, rec *source.Recorded, r Options, stderr io.Writer) error {
	ctx, cancel := terminal.UntilSignal(ctx)
	defer cancel()
	steps := rec.Steps()
	file, err := recording.Create(r.Path, r.Options(rec.Name(), steps[0].Time))
	if err != nil {
		return err
	}
	n, err := rec.CopyTo(ctx, file.Append)
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("record %s: %w", rec.Name(), err)
	}
	fmt.Fprintf(stderr, "leaktop: wrote %s: %s of %s, %s. Replay it: leaktop %s\n", r.Path,
		Profiles(n), format.Duration(steps[len(steps)-1].Time.Sub(steps[0].Time)), format.Bytes(file.Size()), r.Path)
	return nil
}
