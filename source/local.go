package source

import (
	"context"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/poll"
	"github.com/leaktop/leaktop/source/process"
)

// localWait is how often the kernel is asked about a process of this machine. It counts
// the pages of a large process one by one: that may take a share of a core, as long as
// the figures do not become older than a maximum, which is less in the first minutes,
// when memory outside of Go is judged by few readings.
const (
	localWait      = 2 * time.Second
	localShare     = 0.0003
	localWaitEarly = 4 * time.Second
	localWaitLater = 15 * time.Second
)

// maxLocalWait is how often a process that was not found is searched for in the end:
// looking through all processes takes more than all polls.
const maxLocalWait = time.Minute

// maxShared is how many times the process's own memory that of its control group may be
// to count as its own: a session or a build has many processes in one group.
const maxShared = 2

// followLocal passes on what the kernel of this machine says of the target's memory,
// where the target listens on loopback or was named by its process: what is anonymous, and
// what the page cache.
// The target itself is not asked for it.
func (w *watch) followLocal(ctx context.Context) {
	port, isLocal := w.h.loopbackPort()
	pid, limit := w.h.pid, int64(0)
	w.sendProgram(pid)
	usual := max(localWait, w.h.opts.Interval)
	began := time.Now()
	for pause := usual; (isLocal || pid != 0) && w.awaitRound(ctx, pause) == nil; {
		if pid == 0 {
			if pid = w.h.processOn(port); pid == 0 {
				pause = max(usual, min(2*pause, maxLocalWait))
				continue
			}
			pause = usual
			w.sendProgram(pid)
		}
		asked := time.Now()
		r, err := process.Memory(pid)
		if err != nil || r.RSS == 0 {
			pid = 0 // it is gone; the next may be another
			continue
		}
		r.Time = time.Now()
		pause = localPause(usual, r.Time.Sub(asked), r.Time.Sub(began))
		if group, ok := process.MemoryCgroup(pid); ok {
			limit = w.sendLimit(limit, int64(group.Limit))
			if group.WorkingSet > 0 && group.WorkingSet <= maxShared*r.RSS {
				r.WorkingSet, r.WorkingSetAt = group.WorkingSet, r.Time
			}
		}
		w.handlePushed(Reading{r})
	}
}

// localPause returns the time to the next question to the kernel, after one that took so
// long, in a process that has been watched for that long.
func localPause(usual, took, watched time.Duration) time.Duration {
	longest := localWaitLater
	if watched < heapTextEarly {
		longest = localWaitEarly
	}
	return max(usual, min(time.Duration(float64(took)/localShare), longest))
}

// awaitRound sleeps for d, and then a little longer if the polls of the target begin
// soon: both are judged and drawn together.
func (w *watch) awaitRound(ctx context.Context, d time.Duration) error {
	early := d / 10
	if err := poll.SleepFor(ctx, d-early); err != nil {
		return err
	}
	select {
	case <-w.round: // one that is over
	default:
	}
	t := time.NewTimer(2 * early)
	defer t.Stop()
	select {
	case <-w.round:
	case <-t.C:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return nil
}

// beginRound wakes those that wait for the polls to begin.
func (w *watch) beginRound() {
	select {
	case w.round <- struct{}{}:
	default:
	}
}

// sendProgram passes on what the executable of a process says; 0 is no process.
func (w *watch) sendProgram(pid int) {
	if pid == 0 {
		return
	}
	if p, err := process.ProgramOf(pid); err == nil {
		w.send(Facts{profile.Facts{GoVersion: p.GoVersion, Module: p.Module}})
	}
}

// sendLimit passes on the memory limit of a control group if it differs from the one
// sent before, unless the user gave one. It returns the limit.
func (w *watch) sendLimit(before, now int64) int64 {
	if now != before && w.h.opts.Limit == 0 {
		w.send(Facts{profile.Facts{Limit: now, LimitFrom: "cgroup"}})
	}
	return now
}

// processOn is the process that listens on a port, 0 if it is not surely the target: a
// proxy may listen there for it.
func (h *HTTP) processOn(port int) int {
	program, _, _ := strings.Cut(h.discovery().cmdline, "\x00")
	if program == "" {
		return 0
	}
	pid, ok := process.Listening(port)
	if !ok || process.Command(pid) != filepath.Base(program) {
		return 0
	}
	return pid
}

// loopbackPort is the port of a target on loopback that is reached directly.
func (h *HTTP) loopbackPort() (port int, ok bool) {
	u := h.client.target.URL
	if u == nil || h.link != nil {
		return 0, false
	}
	host := u.Hostname()
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return 0, false
	}
	port, err := strconv.Atoi(u.Port())
	return port, err == nil
}
