package ui

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/source/fleet"
	"github.com/leaktop/leaktop/ui/record"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui/terminal"
)

// RunFleet shows the live view of a fleet until the user quits or ctx ends. The terminal
// is restored however it ends.
func RunFleet(ctx context.Context, f *fleet.Fleet, r record.Options, p Preferences, out *os.File) error {
	ctx, cancel := signal.NotifyContext(ctx, append(terminal.Hangups(), os.Interrupt, syscall.SIGTERM)...)
	defer cancel()
	environ := os.Environ()
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	colors := theme.DetectProfile(out, environ)
	m := NewFleet(f, colors, theme.NeedsASCII(environ))
	m.recorder, m.preferences = r, p
	m.vc.Theme = m.newTheme()
	m.status.later = sendLater
	program := tea.NewProgram(m,
		tea.WithoutSignalHandler(), tea.WithOutput(out), tea.WithFPS(terminal.FramesPerSecond), tea.WithColorProfile(colors))
	m.throttle = terminal.NewFrameThrottle(program)
	defer m.throttle.Stop()
	defer context.AfterFunc(ctx, program.Quit)() // see Run
	_, err := program.Run()
	asked := ctx.Err() != nil // whether the end was requested from outside
	cancel()
	ended := <-done
	notes := plain.NewWriter(out, false)
	for _, v := range m.members {
		v.actions.web.close()
		noteRecording(notes, v.session, r)
	}
	return ending{program: err, watch: ended, panicked: m.panicked, isRequested: asked}.toError()
}
