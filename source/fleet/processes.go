package fleet

import (
	"context"
	"slices"

	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/process"
	"github.com/leaktop/leaktop/source/target"
)

// Processes is the finder of the processes of this machine that serve pprof. The code that
// lists the processes passes them to [Processes.Set].
type Processes struct{ latest chan []Target }

// NewProcesses returns a finder without processes.
func NewProcesses() *Processes { return &Processes{make(chan []Target, 1)} }

// Name returns what the fleet is, for display.
func (p *Processes) Name() string { return "Go processes of this machine" }

// Set replaces the processes. It never blocks, and is not safe for concurrent use.
func (p *Processes) Set(all []process.Process) {
	var out []Target
	for _, x := range all {
		if _, ok := x.Pprof(); ok {
			out = append(out, targetOf(x))
		}
	}
	select {
	case <-p.latest:
	default:
	}
	p.latest <- out
}

// targetOf returns the target of a process that serves pprof.
func targetOf(x process.Process) Target {
	t := Target{ID: x.Key(), Name: plain.Clip(x.Name, 60) + " " + x.Target(), CPU: x.CPU}
	t.Facts.PID, t.Facts.Created = x.PID, x.Start
	t.Open = func(ctx context.Context, o source.Options) (source.Source, error) {
		at, err := target.Parse(x.Target())
		if err != nil {
			return nil, err
		}
		return source.Open(ctx, at, o)
	}
	return t
}

// Find sends the processes whenever Set has changed them, until ctx ends.
func (p *Processes) Find(ctx context.Context, send func(Found)) error {
	var before []string
	var watched choice
	for {
		select {
		case <-ctx.Done():
			return nil
		case all := <-p.latest:
			ids := make([]string, len(all))
			for i, t := range all {
				ids[i] = t.ID
			}
			slices.Sort(ids) // they come in the order of their memory
			if slices.Equal(ids, before) {
				continue
			}
			before = ids
			send(watched.limit(all))
		}
	}
}
