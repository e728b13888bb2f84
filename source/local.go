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

// How often the kernel is asked for the memory of a process of this machine. It counts
// the pages of a large process one by one, which may take a share of a core. The figures
// must not become older than a maximum, which is shorter in the first minutes, when
// memory outside of Go is judged by few readings.
const (
	localWait      = 2 * time.Second
	localShare     = 0.0003
	localWaitEarly = 4 * time.Second
	localWaitLater = 15 * time.Second
)

// maxLocalWait is the longest pause between two searches for a process that was not
// found: searching all processes costs more than all polls.
const maxLocalWait = time.Minute

// maxShared is the maximum ratio of a control group's memory to that of the process for
// the group to count as the process's own: a login session or a build has many processes
// in one group.
const maxShared = 2

// followLocal sends what the kernel of this machine knows about the target's memory, such
// as anonymous memory and page cache, if the target listens on loopback or was given as a
// process. This sends no request to the target.
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
			pid = 0 // it is gone; the port may belong to another one next
			continue
		}
		process.AddChildren(&r, pid)
		process.AddRemoved(&r, pid)
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

// localPause returns the time to the next reading, after one that took the given time, of
// a process that has been watched for the given time.
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

// sendProgram sends what the executable of a process says; 0 means no process.
func (w *watch) sendProgram(pid int) {
	if pid == 0 {
		return
	}
	if p, err := process.ProgramOf(pid); err == nil {
		w.send(Facts{profile.Facts{GoVersion: p.GoVersion, Module: p.Module}})
	}
}

// sendLimit sends the memory limit of a control group if it differs from the previous
// one, unless the user gave a limit. It returns the limit.
func (w *watch) sendLimit(before, now int64) int64 {
	if now != before && w.h.opts.Limit == 0 {
		w.send(Facts{profile.Facts{Limit: now, LimitFrom: "cgroup"}})
	}
	return now
}

// processOn returns the process that listens on a port, 0 if it may not be the target
// but a proxy.
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

// loopbackPort returns the port of a target on loopback that is reached directly.
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
