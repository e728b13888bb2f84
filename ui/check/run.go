package check

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/term"

	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/report"
	"github.com/leaktop/leaktop/ui/theme"
)

// Run watches src as o says, writes the report to stdout and the progress to stderr,
// and returns the exit code of the verdict. With [ExitUnobserved], the error says why
// there is no verdict. If ctx ends, or on SIGINT or SIGTERM, the watch ends early and
// Run reports what is known by then.
func Run(ctx context.Context, src source.Source, o Options, stdout, stderr io.Writer) (code int, err error) {
	o.Format = cmp.Or(o.Format, report.Formats()[0])
	p := newProgress(stderr, src.Name(), o)
	v := &runner{options: o, watch: session.New(src), progress: p}
	if o.Recording {
		v.watch = session.NewRecorded(src)
	}
	v.watch.Ignore(o.Ignored)
	st := v.watchToTheEnd(ctx)
	p.clearLine()
	if st.Polls == 0 {
		return ExitUnobserved, v.noProfile(st)
	}
	if v.loadErr != nil && !v.endedEarly {
		why := v.loadErr
		if st.Err != nil && errors.Is(why, context.Canceled) {
			why = st.Err // the end of the watch ended the load too
		}
		return ExitUnobserved, why
	}
	r := v.newResult(st)
	if err := report.Write(stdout, o.Format, r, reportOptions(stdout)); err != nil {
		return ExitUnobserved, fmt.Errorf("write the report: %w", err)
	}
	if err := v.options.annotate(stderr, r); err != nil {
		return ExitUnobserved, fmt.Errorf("write the annotations: %w", err)
	}
	return o.exitCode(r.Report.Verdict), nil
}

// noProfile says why there is no verdict.
func (r *runner) noProfile(st session.State) error {
	why := unobservedReasons(st)
	if len(why) == 0 && !r.options.Recording && !r.endedEarly {
		why = append(why, "it did not answer within "+format.Duration(r.options.firstWithin()))
	}
	text := fmt.Sprintf("got no profile from %s", format.Clean(r.watch.Source.Name()))
	for _, w := range why {
		text += "\n  " + format.Clean(w)
	}
	return errors.New(text)
}

// maxTextWidth is the width of text on wide terminals and in files.
const maxTextWidth = 100

// reportOptions returns the options for what w can display.
func reportOptions(w io.Writer) report.Options {
	// The 16 colors that a terminal defines itself fit any background.
	on := report.Options{Width: maxTextWidth, Theme: theme.New(true, min(theme.DetectProfile(w, os.Environ()), colorprofile.ANSI))}
	if f, ok := w.(term.File); ok && term.IsTerminal(f.Fd()) {
		if cols, _, err := term.GetSize(f.Fd()); err == nil && cols > 0 {
			on.Width = min(max(cols, 40), maxTextWidth)
		}
	}
	return on
}
