package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/creack/pty"
)

// row has the resources that all processes of leaktop together used at a time.
type row struct {
	at       time.Duration // since the start
	polls    int64
	restarts int64
	rss      int64   // bytes
	cpu      float64 // of a core, since the row before
	fds      int
	threads  int
	written  int64 // bytes to the terminal since the row before
}

// watch runs leaktop and measures it.
func watch(ctx context.Context, o options, s *service) ([]row, error) {
	ctx, cancel := context.WithTimeout(ctx, o.duration)
	defer cancel()
	cmd := exec.Command(o.binary, "--interval", o.interval.String(), "--cost", "100%", "--history", o.history, s.addr)
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "COLORTERM=truecolor")
	terminal, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 120})
	if err != nil {
		return nil, fmt.Errorf("start leaktop: %w", err)
	}
	defer func() { _ = terminal.Close() }()
	var written atomic.Int64
	var ended atomic.Bool
	go func() {
		buf := make([]byte, 64<<10)
		for {
			n, err := terminal.Read(buf)
			written.Add(int64(n))
			if err != nil {
				ended.Store(true)
				return
			}
		}
	}()
	var rows []row
	begin, last, lastTime, lastWritten := time.Now(), time.Duration(0), time.Now(), int64(0)
	tick := time.NewTicker(o.every)
	defer tick.Stop()
	for ctx.Err() == nil && !ended.Load() {
		select {
		case <-ctx.Done():
		case <-tick.C:
			r, cpu := measure(cmd.Process.Pid)
			now, total := time.Now(), written.Load()
			r.at, r.polls, r.restarts = now.Sub(begin), s.polls.Load(), s.restarts.Load()
			r.cpu, r.written = (cpu-last).Seconds()/now.Sub(lastTime).Seconds(), total-lastWritten
			last, lastTime, lastWritten = cpu, now, total
			rows = append(rows, r)
		}
	}
	if ended.Load() {
		return rows, fmt.Errorf("leaktop ended by itself after %v: %w", time.Since(begin).Round(time.Second), cmd.Wait())
	}
	_, _ = terminal.WriteString("q")
	_ = cmd.Process.Signal(syscall.SIGTERM)
	_ = cmd.Wait()
	return rows, nil
}

// measure adds up a process and its descendants.
func measure(pid int) (r row, cpu time.Duration) {
	for _, p := range append(descendants(pid), pid) {
		dir := filepath.Join("/proc", strconv.Itoa(p))
		data, err := os.ReadFile(filepath.Join(dir, "stat"))
		if err != nil {
			continue // it has ended
		}
		const hertz, page = 100, 4096
		fields := strings.Fields(string(data[bytes.LastIndexByte(data, ')')+1:]))
		at := func(i int) int64 {
			n, _ := strconv.ParseInt(fields[i-3], 10, 64) // as proc_pid_stat(5) numbers them
			return n
		}
		cpu += time.Duration(at(14)+at(15)) * time.Second / hertz
		r.threads += int(at(20))
		r.rss += at(24) * page
		if fds, err := os.ReadDir(filepath.Join(dir, "fd")); err == nil {
			r.fds += len(fds)
		}
	}
	return r, cpu
}

func descendants(pid int) (all []int) {
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, task := range tasks {
		data, _ := os.ReadFile(task)
		for _, word := range strings.Fields(string(data)) {
			if child, err := strconv.Atoi(word); err == nil {
				all = append(append(all, child), descendants(child)...)
			}
		}
	}
	return all
}
