package source

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/profile/quantity"
	"github.com/leaktop/leaktop/source/problem"
	"github.com/leaktop/leaktop/source/process"
	"github.com/leaktop/leaktop/source/target"
)

// openProcess opens a process of this machine at the listener that serves pprof.
func openProcess(ctx context.Context, t target.Target, o Options) (Source, error) {
	p, err := process.NewScanner().Find(ctx, t.PID)
	if err != nil {
		return nil, explainNotFound(t, err)
	}
	l, ok := p.Pprof()
	if !ok {
		return nil, ExplainNoPprof(p)
	}
	at, err := target.Parse(l.Target())
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", t.Name, err)
	}
	at.Name = plain.Clip(p.Name+" "+t.Name+" "+l.Label(), 200)
	var link Link
	if at.Scheme == target.SchemeUnix {
		link = socket(at.Socket)
	}
	h, err := newHTTP(at, o, link)
	if err != nil {
		return nil, err
	}
	h.pid = p.PID
	return h, nil
}

// explainNotFound explains why a process cannot be watched.
func explainNotFound(t target.Target, err error) error {
	e := &problem.Problem{
		Cause: problem.CauseName, Subject: "open " + t.Name, Err: err,
		Next: "leaktop without arguments lists the Go processes of this machine",
	}
	switch {
	case errors.Is(err, process.ErrNoProcess):
		e.Why = "there is no such process"
	case errors.Is(err, process.ErrNotGo):
		e.Why = "it is not a Go program, or its build information was removed"
	case errors.Is(err, fs.ErrPermission):
		e.Cause, e.Why, e.Next = problem.CauseForbidden, "it cannot be examined, as it belongs to another user or is protected", "run leaktop as that user or as root, or name its port, as in leaktop :6060"
	case errors.Is(err, process.ErrUnsupported):
		e.Why, e.Next = "a process is found by its number only on Linux", "name its port, as in leaktop :6060"
	default:
		return fmt.Errorf("open %s: %w", t.Name, err)
	}
	return e
}

// servingGuide is the page that says how to serve pprof.
const servingGuide = "github.com/leaktop/leaktop/blob/main/docs/serving-pprof.md"

// ExplainNoPprof explains why a process cannot be watched, none of whose listeners serves
// pprof.
func ExplainNoPprof(p process.Process) *problem.Problem {
	e := &problem.Problem{
		Cause: problem.CauseNotPprof, Subject: fmt.Sprintf("watch %s, process %d", p.Name, p.PID),
		Next: "to add pprof, see " + servingGuide,
	}
	switch {
	case p.OtherNetwork:
		e.Why, e.Next = "it is in another network namespace, such as a container's", "name its address there, as in leaktop 172.17.0.2:6060"
	case p.FilesHidden:
		e.Cause, e.Why, e.Next = problem.CauseForbidden, "only its user can see its ports", "run leaktop as that user or as root, or name its port, as in leaktop :6060"
	case len(p.Listeners) == 0:
		e.Why = "it listens on no port, so it does not serve pprof"
	default:
		var at []string
		for _, l := range p.Listeners {
			at = append(at, l.Label())
		}
		e.Why = "it does not serve pprof at " + quantity.List(at, 3)
		e.Next = "give the URL if it is behind TLS or a prefix, else add it: " + servingGuide
	}
	return e
}
