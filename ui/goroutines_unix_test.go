//go:build unix

package ui

import (
	"os"
	"os/signal"
	"syscall"
	"testing"
)

func hangCall(pipe int) { _, _ = syscall.Read(pipe, make([]byte, 1)) }

// The pane shows what goroutines wait for in the operating system.
func TestWhatGoroutinesWaitForOfTheSystem(t *testing.T) {
	pipe, came := make([]int, 2), make(chan os.Signal, 1)
	if err := syscall.Pipe(pipe); err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(pipe[0])
	signal.Notify(came, syscall.SIGUSR1) // os/signal now has a waiting goroutine
	defer signal.Stop(came)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		hangCall(pipe[0])
	}()
	s := newScreen(t, files{}, 160, 60)
	s.press("Goroutines")
	s.wantWaits(map[string]string{"/ui.hangCall": "system call", "os/signal.loop": "signal"})
	s.wants("system call", "signal")
	if err := syscall.Close(pipe[1]); err != nil {
		t.Error(err)
	}
	<-ended
}
