package ui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/record"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui/pods"
	"github.com/leaktop/leaktop/ui/tui/terminal"
)

// Run shows the live view of a source until the user quits or ctx ends, and records
// it if r says so. The terminal is restored however it ends.
func Run(ctx context.Context, src source.Source, r record.Options, p Preferences, out *os.File) error {
	ctx, cancel := terminal.UntilSignal(ctx)
	defer cancel()
	environ := os.Environ()
	w := session.New(src)
	if r.Path != "" {
		if err := w.Record(r.Path, r.Options(src.Name(), time.Now())); err != nil {
			return err
		}
		r.Started(r.Path)
	}
	if r.Push != nil {
		if err := w.Push(r.Push, r.PushDir); err != nil {
			return err
		}
	}
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	colors := theme.DetectProfile(out, environ)
	m := newModel(w, colors, theme.NeedsASCII(environ))
	m.recordWith(r)
	m.appearance.detectBackground(environ)
	m.appearance.applyPreferences(p)
	m.status.later = sendLater
	if rec, ok := src.(*source.Recorded); ok && rec.IsStore() {
		m.vc.Window = 0 // its profiles are too far apart for a window
	}
	program := tea.NewProgram(m,
		tea.WithoutSignalHandler(), tea.WithOutput(out), tea.WithFPS(terminal.FramesPerSecond), tea.WithColorProfile(colors))
	m.throttle = terminal.NewFrameThrottle(program)
	defer m.throttle.Stop()
	// If the program were killed, by its context or by its own signal handler, it
	// would close the keyboard while it is being read.
	defer context.AfterFunc(ctx, program.Quit)()
	_, err := program.Run()
	asked := ctx.Err() != nil // whether the end was requested from outside
	cancel()
	m.actions.web.close()
	ended := <-done
	notes := plain.NewWriter(out, false)
	noteRecording(notes, w, r)
	record.ReportPush(notes, w)
	failure := ending{program: err, watch: ended, panicked: m.panicked, isRequested: asked}.toError()
	if err == nil && failure == nil && m.wantsAll {
		return pods.ErrAll
	}
	return failure
}

// ending describes how a view ended.
type ending struct {
	program     error          // of Bubble Tea
	watch       error          // of what was watched
	panicked    *session.Panic // of a command, nil for none
	isRequested bool           // from outside, as by a signal
}

// toError returns the error to report; nil if the user or a signal ended the view.
func (e ending) toError() error {
	defect, ok := errors.AsType[*session.Panic](e.watch)
	if e.panicked != nil {
		defect, ok = e.panicked, true
	}
	switch {
	case ok:
		return fmt.Errorf("show the live view: %w\n%s", defect, defect.Stack)
	case e.program == nil || errors.Is(e.program, tea.ErrProgramKilled) && e.isRequested || errors.Is(e.program, tea.ErrInterrupted):
		return nil
	}
	return fmt.Errorf("show the live view: %w", e.program)
}

// noteRecording ends the recording of a session, and writes the result to notes.
func noteRecording(notes io.Writer, w *session.Session, r record.Options) {
	if st, err := w.StopRecording(); err != nil {
		fmt.Fprintf(notes, "leaktop: the recording %s failed: %v\n", st.Path, err)
	} else if st.Profiles == 0 && st.Path == r.Path && r.Overwrite && st.Path != "" {
		fmt.Fprintf(notes, "leaktop: no profile arrived, so nothing was recorded to %s\n", st.Path)
	} else if st.Path != "" {
		fmt.Fprintf(notes, "leaktop: recorded %s, %s: leaktop %s\n", record.Profiles(st.Profiles), format.Bytes(st.Size), st.Path)
	}
}

// sendLater returns a command that sends a message after a time.
func sendLater(d time.Duration, msg tea.Msg) tea.Cmd {
	return tea.Tick(d, func(time.Time) tea.Msg { return msg })
}

// guardCommand turns a panic of a command into a message: Bubble Tea would print its
// stack on the alternate screen, which is about to close.
func guardCommand(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		defer func() {
			if v := recover(); v != nil {
				msg = &session.Panic{Value: v, Stack: debug.Stack()}
			}
		}()
		msg = cmd()
		if batch, ok := msg.(tea.BatchMsg); ok {
			for i := range batch {
				batch[i] = guardCommand(batch[i])
			}
		}
		return msg
	}
}
