package ui

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"sync"
	"syscall"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/process"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/record"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui/terminal"
)

// machineSessions are the sessions of the processes that the user opened.
type machineSessions struct {
	running sync.WaitGroup
	mu      sync.Mutex
	ended   []error                       // of each that ended
	cancel  map[string]context.CancelFunc // of each, by the key of its process
	closed  bool                          // no more are started
}

func newMachineSessions() *machineSessions {
	return &machineSessions{cancel: map[string]context.CancelFunc{}}
}

// start opens a process and runs its session until ctx ends.
func (s *machineSessions) start(ctx context.Context, p process.Process, o source.Options) (*session.Session, error) {
	t, err := source.ParseTarget(p.Target())
	if err != nil {
		return nil, err
	}
	src, err := source.Open(ctx, t, o)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errors.Join(context.Canceled, src.Close())
	}
	w := session.New(src)
	ctx, s.cancel[p.Key()] = context.WithCancel(ctx)
	s.running.Go(func() {
		err := errors.Join(w.Run(ctx), src.Close())
		s.mu.Lock()
		defer s.mu.Unlock()
		s.ended = append(s.ended, err)
	})
	return w, nil
}

// endOthers ends the sessions of processes that are not there any more: another one may
// serve at their ports.
func (s *machineSessions) endOthers(there map[string]bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, cancel := range s.cancel {
		if !there[k] {
			cancel()
			delete(s.cancel, k)
		}
	}
}

// wait waits for the end of all, and returns their errors. No more are started.
func (s *machineSessions) wait() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.running.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	return errors.Join(s.ended...)
}

// RunMachine shows the Go processes of this machine until the user quits or ctx ends.
// Those that are opened are watched with o. The terminal is restored however it ends.
func RunMachine(ctx context.Context, o source.Options, r record.Options, out *os.File) error {
	ctx, cancel := signal.NotifyContext(ctx, append(terminal.Hangups(), os.Interrupt, syscall.SIGTERM)...)
	defer cancel()
	environ := os.Environ()
	colors := theme.DetectProfile(out, environ)
	scanner, sessions := process.NewScanner(), newMachineSessions()
	m := newMachine(machineAccess{
		scan:  func() (process.Scan, error) { return scanner.Scan(ctx) },
		rest:  restBetweenScans,
		end:   sessions.endOthers,
		watch: func(p process.Process) (*session.Session, error) { return sessions.start(ctx, p, o) },
	}, colors, theme.NeedsASCII(environ))
	m.recorder = r
	p := tea.NewProgram(m,
		tea.WithoutSignalHandler(), tea.WithOutput(out), tea.WithFPS(terminal.FramesPerSecond), tea.WithColorProfile(colors))
	m.throttle = terminal.NewFrameThrottle(p)
	defer m.throttle.Stop()
	defer context.AfterFunc(ctx, p.Quit)() // see Run
	_, err := p.Run()
	asked := ctx.Err() != nil // whether the end was requested from outside
	cancel()
	ended := sessions.wait()
	notes := plain.NewWriter(out, false)
	for _, v := range m.members {
		v.actions.web.close()
		noteRecording(notes, v.session, r)
	}
	return ending{program: err, watch: ended, panicked: m.panicked, isRequested: asked}.toError()
}
