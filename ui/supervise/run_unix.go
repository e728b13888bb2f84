//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package supervise

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/leaktop/leaktop/source/memlimit"
)

// Run runs show in a child process with the same arguments, and waits for its end.
// In the child, or if no child can be started, it calls show itself. It stores the
// exit code of the child in code, and if the child was killed or crashed, writes
// the cause to stderr. The error is that of show.
func Run(ctx context.Context, stderr io.Writer, code *int, show func(context.Context, *Screen) error) error {
	runtime.MemProfileRate = 0 // the view is never profiled, and its profile would take 1.5 MB
	if before, err := unix.IoctlGetTermios(int(os.Stdout.Fd()), getTermios); err == nil {
		defer setLines(before, setTermios) // a view that fails early leaves the terminal raw
	}
	if ctx, screen, ok := joinParent(ctx); ok {
		go releaseCode(ctx)
		return show(ctx, screen)
	}
	p, err := startParent()
	if err != nil {
		return show(ctx, nil) // this works, but nothing restores the terminal after a crash
	}
	*code = p.waitForChild(stderr)
	return nil
}

const (
	// startTime is the time after which a view no longer needs the code of its start.
	startTime = 10 * time.Second
	// idleTime is the time between releases of code that the view has used. Reading it
	// again takes a millisecond.
	idleTime = time.Minute
)

// releaseCode releases the resident pages of program code that the view no longer uses,
// until the context ends.
func releaseCode(ctx context.Context) {
	wait := time.NewTimer(startTime)
	defer wait.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-wait.C:
			memlimit.ReleaseCode()
			wait.Reset(idleTime)
		}
	}
}

// parent is a supervisor with a running child.
type parent struct {
	child    *exec.Cmd
	terminal *unix.Termios // the state before
	oomKills int64         // of the machine, at the start

	lifeline *os.File // held open for as long as the child may run
	end      sync.Once
	reports  *os.File
	signals  chan os.Signal
}

// startParent starts this program again as a child.
func startParent() (*parent, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	terminal, err := unix.IoctlGetTermios(int(os.Stdout.Fd()), getTermios)
	if err != nil {
		return nil, err
	}
	childLife, lifeline, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer func() { _ = childLife.Close() }()
	reports, childReports, err := os.Pipe()
	if err != nil {
		_ = lifeline.Close()
		return nil, err
	}
	defer func() { _ = childReports.Close() }()
	p := &parent{
		child: exec.Command(exe, os.Args[1:]...), terminal: terminal, oomKills: oomKills(),
		lifeline: lifeline, reports: reports, signals: make(chan os.Signal, 4),
	}
	p.child.Args[0] = os.Args[0] // the child may print the name it was called by
	p.child.Stdin, p.child.Stdout, p.child.Stderr = os.Stdin, os.Stdout, os.Stderr
	p.child.ExtraFiles = []*os.File{childLife, childReports} // lifelineFD, reportFD
	p.child.Env = append(os.Environ(), childMarker+"=1")
	signal.Notify(p.signals, endSignals...)
	if err := p.child.Start(); err != nil {
		signal.Stop(p.signals)
		_ = lifeline.Close()
		_ = reports.Close()
		return nil, err
	}
	return p, nil
}

// endSignals are the signals that ask the view to end. If they come from the terminal,
// the child gets them too. It must not get them twice, so the parent passes them on by
// closing the lifeline.
var endSignals = []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT}

// reportTimeout is how long the parent reads the reports of a dead child. They are
// already in the pipe, but a process that the child started may hold it open.
const reportTimeout = time.Second

// waitForChild waits for the end of the child and returns the exit code.
func (p *parent) waitForChild(stderr io.Writer) int {
	go func() {
		for range p.signals {
			p.end.Do(func() { _ = p.lifeline.Close() })
		}
	}()
	said := make(chan report, 1)
	go func() { said <- readReport(p.reports) }()
	debug.SetGCPercent(-1) // the parent only waits from now on; a collection every two minutes would page code in again
	defer time.AfterFunc(startTime, memlimit.ReleaseCode).Stop()
	_ = p.child.Wait() // the state says everything
	_ = p.reports.SetReadDeadline(time.Now().Add(reportTimeout))
	return p.handleEnd(p.child.ProcessState.Sys().(syscall.WaitStatus), <-said, stderr)
}

// handleEnd does what the child could no longer do itself.
func (p *parent) handleEnd(status syscall.WaitStatus, said report, stderr io.Writer) int {
	if said.taken {
		p.restoreTerminal()
	}
	if !status.Signaled() {
		code := status.ExitStatus()
		switch {
		case said.taken:
			fmt.Fprintln(stderr, "leaktop:", childDeath{report: said}.message())
		case code != 0 && said.crash != "":
			fmt.Fprintln(stderr, childDeath{report: said}.failedGoroutine()) // the child has explained the rest itself
		}
		return code
	}
	for _, asked := range endSignals {
		if status.Signal() == asked {
			return dieBySignal(status.Signal())
		}
	}
	d := childDeath{
		signal: unix.SignalName(status.Signal()), killed: status.Signal() == syscall.SIGKILL,
		starved: oomKills() > p.oomKills, report: said,
	}
	fmt.Fprintln(stderr, "leaktop:", d.message())
	return 128 + int(status.Signal())
}

// restoreTerminal gives the terminal back to the shell.
func (p *parent) restoreTerminal() {
	setLines(p.terminal, setTermiosFlush)
	_, _ = os.Stdout.WriteString(restoreSequence)
}

// setLines sets the line discipline, unless it is set already, or the terminal now
// belongs to another job: changing it then would stop this one.
func setLines(to *unix.Termios, how uint) {
	fd := int(os.Stdout.Fd())
	now, err := unix.IoctlGetTermios(fd, getTermios)
	if err != nil || *now == *to {
		return
	}
	if group, err := unix.IoctlGetInt(fd, unix.TIOCGPGRP); err != nil || group != unix.Getpgrp() {
		return
	}
	_ = unix.IoctlSetTermios(fd, how, to)
}

// dieBySignal ends this process by the signal that ended its child, so that a shell
// loop ends too.
func dieBySignal(s syscall.Signal) int {
	signal.Reset(s)
	_ = syscall.Kill(os.Getpid(), s)
	time.Sleep(time.Second) // the signal arrives before that
	return 128 + int(s)
}
