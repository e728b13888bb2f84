package ui

import (
	"context"
	"os"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/fleet"
	"github.com/leaktop/leaktop/source/process"
	"github.com/leaktop/leaktop/ui/record"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui/terminal"
)

// RunFleet shows the live view of a fleet until the user quits or ctx ends. The terminal
// is restored however it ends.
func RunFleet(ctx context.Context, f *fleet.Fleet, r record.Options, p Preferences, out *os.File) error {
	return runOpener(ctx, f, r, p, out, func(_ context.Context, t screenOf) *opener {
		return newFleetModel(f, t.colors, t.ascii).opener
	})
}

// RunMachine shows the Go processes of this machine until the user quits or ctx ends.
// Those that serve pprof are watched with o. The terminal is restored however it ends.
func RunMachine(ctx context.Context, o source.Options, r record.Options, p Preferences, out *os.File) error {
	scanner, finder := process.NewScanner(), fleet.NewProcesses()
	f := fleet.New(finder, fleet.Options{Source: o})
	return runOpener(ctx, f, r, p, out, func(ctx context.Context, t screenOf) *opener {
		return newMachineModel(f, machineAccess{
			scan: func() (process.Scan, error) {
				found, err := scanner.Scan(ctx)
				if err == nil {
					finder.Set(found.Processes)
				}
				return found, err
			},
			rest: restBetweenScans,
		}, t.colors, t.ascii).opener
	})
}

// screenOf is what a view needs to know about the terminal.
type screenOf struct {
	colors colorprofile.Profile
	ascii  bool
}

// runOpener shows a list of processes, and watches them, until the user quits or ctx ends.
func runOpener(ctx context.Context, f *fleet.Fleet, r record.Options, p Preferences, out *os.File, newList func(context.Context, screenOf) *opener) error {
	ctx, cancel := terminal.UntilSignal(ctx)
	defer cancel()
	environ := os.Environ()
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	colors := theme.DetectProfile(out, environ)
	m := newList(ctx, screenOf{colors, theme.NeedsASCII(environ)})
	m.recorder, m.preferences = r, p
	m.appearance.detectBackground(environ)
	m.appearance.applyPreferences(p)
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
