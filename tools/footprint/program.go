package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/creack/pty"
)

// program is a program on a terminal.
type program struct {
	name          string
	cmd           *exec.Cmd
	terminal      *os.File
	before, after sample
	first         time.Duration // to the first screen
	keys          []time.Duration

	mu      sync.Mutex // guards the rest
	written int64      // bytes to the terminal
	pressed time.Time  // the latest key
	shown   time.Time  // the last byte of the screen that it changed; zero if there is none
}

// sample is what a program has used so far.
type sample struct {
	at       time.Time
	cpu      time.Duration
	switches int64 // of contexts
	written  int64
	rss, pss int64 // bytes
}

// firstScreen is the minimum number of bytes of a first screen.
const firstScreen = 500

func startProgram(name string, args []string, home string, columns, rows uint) (*program, error) {
	path, err := exec.LookPath(args[0])
	if err != nil {
		return nil, err
	}
	p := &program{name: name, cmd: exec.Command(path, args[1:]...)}
	p.cmd.Env = append(os.Environ(), "TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8", "HOME="+home, "XDG_CONFIG_HOME="+home)
	began := time.Now()
	if p.terminal, err = pty.StartWithSize(p.cmd, &pty.Winsize{Rows: uint16(rows), Cols: uint16(columns)}); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	go p.read(began)
	return p, nil
}

func (p *program) read(began time.Time) {
	buf := make([]byte, 64<<10)
	for {
		n, err := p.terminal.Read(buf)
		p.mu.Lock()
		p.written += int64(n)
		now := time.Now()
		if p.shown.IsZero() && !p.pressed.IsZero() || !p.shown.IsZero() && now.Sub(p.shown) < sameScreen {
			p.shown = now
		}
		if p.first == 0 && p.written > firstScreen {
			p.first = now.Sub(began)
		}
		p.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (p *program) bytesWritten() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.written
}

// stop ends the program.
func (p *program) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	_ = p.cmd.Wait()
	_ = p.terminal.Close()
}

// keyGap is the time from one key to the next. sameScreen is the longest pause within a
// screen: later output, such as the screen of the next poll, was not caused by the key.
const (
	keyGap     = 240 * time.Millisecond
	sameScreen = 20 * time.Millisecond
)

// pressKeys presses the down and up keys, and measures the time from each to the last
// byte of the screen that it changes.
func (p *program) pressKeys(n int) {
	for i := range n {
		key := []string{"\x1b[B", "\x1b[A"}[i%2]
		p.mu.Lock()
		p.pressed, p.shown = time.Now(), time.Time{}
		p.mu.Unlock()
		if _, err := p.terminal.WriteString(key); err != nil {
			return
		}
		time.Sleep(keyGap)
		p.mu.Lock()
		if !p.shown.IsZero() {
			p.keys = append(p.keys, p.shown.Sub(p.pressed))
		}
		p.mu.Unlock()
	}
}

func percentile(all []time.Duration, p int) time.Duration {
	if len(all) == 0 {
		return 0
	}
	return slices.Sorted(slices.Values(all))[(len(all)-1)*p/100]
}

// measure adds up the program and its descendants, except the service of the demo.
func (p *program) measure() (s sample) {
	s.at = time.Now()
	s.written = p.bytesWritten()
	for _, pid := range append(descendants(p.cmd.Process.Pid), p.cmd.Process.Pid) {
		dir := filepath.Join("/proc", strconv.Itoa(pid))
		if line, _ := os.ReadFile(filepath.Join(dir, "cmdline")); bytes.Contains(line, []byte("--serve")) {
			continue
		}
		s.rss += field(filepath.Join(dir, "smaps_rollup"), "Rss:") << 10
		s.pss += field(filepath.Join(dir, "smaps_rollup"), "Pss:") << 10
		tasks, _ := filepath.Glob(filepath.Join(dir, "task", "*"))
		for _, task := range tasks {
			// The first number is the CPU time in nanoseconds. The time in stat is
			// counted in ticks, which miss short bursts.
			if data, err := os.ReadFile(filepath.Join(task, "schedstat")); err == nil {
				ns, _ := strconv.ParseInt(strings.Fields(string(data))[0], 10, 64)
				s.cpu += time.Duration(ns)
			}
			status := filepath.Join(task, "status")
			s.switches += field(status, "voluntary_ctxt_switches:") + field(status, "nonvoluntary_ctxt_switches:")
		}
	}
	return s
}

// field returns the number in a named line of a file in /proc.
func field(file, name string) int64 {
	data, _ := os.ReadFile(file)
	for line := range strings.Lines(string(data)) {
		if words := strings.Fields(line); len(words) > 1 && words[0] == name {
			n, _ := strconv.ParseInt(words[1], 10, 64)
			return n
		}
	}
	return 0
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
