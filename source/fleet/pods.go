package fleet

import (
	"context"
	"sync"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/kube"
)

// OfPods returns the finder of the pods of a workload. cluster is their context if there are
// several contexts, otherwise empty.
func OfPods(p *source.Pods, cluster string) Finder { return pods{p, cluster} }

type pods struct {
	*source.Pods
	cluster string
}

// Find sends the pods whenever they change.
func (p pods) Find(ctx context.Context, send func(Found)) error {
	var mu sync.Mutex // guards what follows
	var last []Target
	var watched choice
	var wrong []profile.Diagnostic
	sendNow := func() {
		found := watched.limit(last)
		found.Diagnostics = wrong
		send(found)
	}
	p.Watch(ctx, func(all []kube.Member) {
		mu.Lock()
		defer mu.Unlock()
		last = last[:0:0]
		for _, m := range all {
			last = append(last, p.newTarget(m))
		}
		sendNow()
	}, func(d profile.Diagnostic, failed bool) {
		mu.Lock()
		defer mu.Unlock()
		if !failed && wrong == nil {
			return
		}
		wrong = nil
		if failed {
			wrong = []profile.Diagnostic{d}
		}
		sendNow()
	})
	return nil
}

func (p pods) newTarget(m kube.Member) Target {
	t := Target{
		ID: p.cluster + m.UID, Name: m.Facts.Name, Facts: m.Facts, Zone: m.Zone, Cluster: p.cluster, CPU: m.Facts.CPU,
		ExitReason: m.ExitReason, Removed: m.Removed, HasEnded: m.HasEnded,
		Open: func(ctx context.Context, o source.Options) (source.Source, error) { return p.Open(ctx, m, o) },
	}
	if !m.Running {
		t.Obstacle = "pod " + m.Name + " is not running: " + m.Reason
	}
	return t
}

// Several is a finder that combines several finders.
type Several struct {
	Title   string
	Finders []Finder
}

// Name returns the title.
func (s Several) Name() string { return s.Title }

// Find sends the targets of all finders. If one fails, that is a diagnostic; if all
// fail, an error.
func (s Several) Find(ctx context.Context, send func(Found)) error {
	var mu sync.Mutex // guards what follows
	all := make([]Found, len(s.Finders))
	errs := make([]error, len(s.Finders))
	var watched choice
	set := func(i int, f Found) {
		mu.Lock()
		defer mu.Unlock()
		all[i] = f
		var sum Found
		for _, x := range all {
			sum.Targets = append(sum.Targets, x.Targets...)
			sum.Omitted += x.Omitted
			sum.Diagnostics = append(sum.Diagnostics, x.Diagnostics...)
		}
		limited := watched.limit(sum.Targets)
		sum.Targets, sum.Omitted = limited.Targets, sum.Omitted+limited.Omitted
		send(sum)
	}
	var finding sync.WaitGroup
	for i, f := range s.Finders {
		finding.Go(func() {
			if errs[i] = f.Find(ctx, func(x Found) { set(i, x) }); errs[i] != nil {
				set(i, Found{Diagnostics: []profile.Diagnostic{{Code: profile.CodeNoAnswer, Severity: profile.SeverityWarning, What: errs[i].Error()}}})
			}
		})
	}
	finding.Wait()
	for _, err := range errs {
		if err == nil {
			return nil
		}
	}
	return errs[0]
}
