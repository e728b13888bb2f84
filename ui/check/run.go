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
	"github.com/leaktop/leaktop/ui/theme"
)

// Run watches src as o says, writes the report to stdout and how it goes to
// stderr, and returns the exit code. The end of ctx, SIGINT and SIGTERM end the
// watch early, and what is known by then is reported.
func Run(ctx context.Context, src source.Source, o Options, stdout, stderr io.Writer) int {
	out, ok := writerOf(cmp.Or(o.Format, formats[0].name))
	if !ok {
		fmt.Fprintln(stderr, "leaktop:", o.Validate())
		return ExitUnobserved
	}
	p := newProgress(stderr, src.Name(), o)
	v := &vigil{o: o, watch: session.New(src), progress: p}
	if o.Recording {
		v.watch = session.NewRecorded(src)
	}
	st := v.keep(ctx)
	p.end()
	if st.Polls == 0 {
		fmt.Fprintf(stderr, "leaktop: no profile came of %s, so nothing can be said\n", format.Clean(src.Name()))
		why := unobserved(st)
		if len(why) == 0 && !o.Recording && !v.early {
			why = append(why, "it did not answer within "+format.Duration(o.firstWithin()))
		}
		for _, w := range why {
			fmt.Fprintln(stderr, "  "+format.Clean(w))
		}
		return ExitUnobserved
	}
	if v.loadErr != nil && !v.early {
		why := v.loadErr
		if st.Err != nil && errors.Is(why, context.Canceled) {
			why = st.Err // the watch ended, and the load with it
		}
		fmt.Fprintln(stderr, "leaktop:", why)
		return ExitUnobserved
	}
	r := v.result(st)
	if err := out.write(stdout, r, paperOf(stdout)); err != nil {
		fmt.Fprintf(stderr, "leaktop: write the report: %v\n", err)
		return ExitUnobserved
	}
	return r.exit()
}

// widest is where text is wrapped on wide terminals and in files.
const widest = 100

// paperOf is what w can show.
func paperOf(w io.Writer) paper {
	// The 16 colours that a terminal has its own shades for fit any background.
	on := paper{width: widest, theme: theme.New(true, min(theme.Detect(w, os.Environ()), colorprofile.ANSI))}
	if f, ok := w.(term.File); ok && term.IsTerminal(f.Fd()) {
		if cols, _, err := term.GetSize(f.Fd()); err == nil && cols > 0 {
			on.width = min(max(cols, 40), widest)
		}
	}
	return on
}
