package ui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/term"

	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
)

// Terminal says whether the live view can be shown on a file, and if not, why
// and what to do instead.
func Terminal(f *os.File, environ func(string) string) error {
	if !term.IsTerminal(f.Fd()) {
		return errors.New("show the live view: standard output is no terminal: run it in one, or use leaktop check TARGET")
	}
	if environ("TERM") == "dumb" {
		return errors.New("show the live view: TERM=dumb is a terminal without a screen: set TERM to what it is (often xterm-256color), or use leaktop check TARGET")
	}
	return nil
}

// Run shows the live view of a source until the user quits or ctx ends, and
// records it where r says so. The terminal is restored whatever ends it.
func Run(ctx context.Context, src source.Source, r Recording, out *os.File) error {
	ctx, cancel := signal.NotifyContext(ctx, append(hangups(), os.Interrupt, syscall.SIGTERM)...)
	defer cancel()
	environ := os.Environ()
	w := session.New(src)
	if r.Path != "" {
		if err := w.Record(r.Path, r.options(src.Name(), time.Now())); err != nil {
			return err
		}
		r.started(r.Path)
	}
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	colors := theme.Detect(out, environ)
	m := New(w, colors, theme.ASCII(environ))
	m.record = r
	p := tea.NewProgram(m,
		tea.WithoutSignalHandler(), tea.WithOutput(out), tea.WithFPS(framesPerSecond), tea.WithColorProfile(colors))
	m.pace = newPace(p)
	defer m.pace.stop()
	// Killed, by its context or by its own handler of signals, it would close the
	// keyboard under who reads it.
	defer context.AfterFunc(ctx, p.Quit)()
	_, err := p.Run()
	asked := ctx.Err() != nil // to end, from outside
	cancel()
	m.close()
	ended := <-done
	notes := plain.NewWriter(out, false)
	if st, err := w.StopRecording(); err != nil {
		fmt.Fprintf(notes, "leaktop: the recording %s ended badly: %v\n", st.Path, err)
	} else if st.Profiles == 0 && st.Path == r.Path && r.Overwrite && st.Path != "" {
		fmt.Fprintf(notes, "leaktop: no profile came: nothing was recorded to %s\n", st.Path)
	} else if st.Path != "" {
		fmt.Fprintf(notes, "leaktop: recorded %s, %s: leaktop %s\n", profiles(st.Profiles), format.Bytes(st.Size), st.Path)
	}
	defect, ok := errors.AsType[*session.Panic](ended)
	if m.defect != nil {
		defect, ok = m.defect, true
	}
	if ok {
		return fmt.Errorf("show the live view: %w\n%s", defect, defect.Stack)
	}
	if err == nil || errors.Is(err, tea.ErrProgramKilled) && asked || errors.Is(err, tea.ErrInterrupted) {
		return nil
	}
	return fmt.Errorf("show the live view: %w", err)
}
