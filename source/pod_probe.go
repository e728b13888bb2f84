package source

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/leaktop/leaktop/profile/quantity"
	"github.com/leaktop/leaktop/source/kube"
	"github.com/leaktop/leaktop/source/kube/fault"
	"github.com/leaktop/leaktop/source/kube/podstate"
	"github.com/leaktop/leaktop/source/poll"
	"github.com/leaktop/leaktop/source/problem"
	"github.com/leaktop/leaktop/source/target"
)

// Timeouts of probing one port. A command may have to start and log in first.
const (
	portProbeTimeout    = 5 * time.Second
	commandProbeTimeout = 25 * time.Second
)

// findPprofPort tries the ports in order and chooses the first that serves pprof. tried says
// why the ones before it do not.
func (l *podLink) findPprofPort(ctx context.Context, o Options) (h *HTTP, tried []string, err error) {
	ports, err := l.Watched().Ports()
	if err != nil {
		return nil, nil, err
	}
	var failures []error
	main := l.Watched().Container()
	for _, port := range ports {
		if port.Container != "" && port.Container != main && !l.isUp(ctx) {
			break // do not watch a sidecar instead of a service that crashes
		}
		h, err := l.probePort(ctx, o, port)
		if err == nil {
			l.Choose(port)
			return h, tried, nil
		}
		if ctx.Err() != nil {
			return nil, nil, context.Cause(ctx)
		}
		if isSilentHop(err) {
			return nil, nil, err // no port of the pod can be reached
		}
		failures = append(failures, err)
		tried = append(tried, port.String()+": "+reasonOf(err))
	}
	return nil, nil, l.errNoPort(failures, tried)
}

// isUp reports whether the pod's main container has been running long enough to have
// opened its ports.
func (l *podLink) isUp(ctx context.Context) bool {
	return l.Refresh(ctx) == nil && l.Watched().Runs() && !l.Watched().IsStarting()
}

// probePort looks for pprof at one port.
func (l *podLink) probePort(ctx context.Context, o Options, port podstate.Port) (*HTTP, error) {
	h, err := newHTTP(l.targetAt(port), o, l)
	if err != nil {
		return nil, err
	}
	within := portProbeTimeout
	if o.Kube.Kubectl != "" {
		within = commandProbeTimeout
	}
	if l.Watched().Wanted != "" { // there is no other to try
		within = max(within, o.Timeout)
	}
	began := time.Now()
	if err = l.probeWithin(ctx, within, h, port); err == nil {
		return h, nil
	}
	h.client.closeIdle()
	if ctx.Err() == nil && (errors.Is(err, context.DeadlineExceeded) || problem.HasCause(err, problem.CauseTimeout)) {
		next := hangsInUse
		if l.Watched().Wanted == "" {
			next = hangs + "; to wait longer, name its port, as in pod/NAME:PORT, and give --timeout"
		}
		h.client.locate = func(ctx context.Context) error { return l.LocateAt(ctx, port.Number) }
		return nil, h.client.locateSilence(ctx, &problem.Problem{
			Cause: problem.CauseTimeout, Subject: fmt.Sprintf("find pprof at port %d of pod %s", port.Number, l.Watched().Name()),
			Why: "no response within " + quantity.Duration(time.Since(began)), Err: err,
		}, next)
	}
	return nil, err
}

// probeWithin looks for pprof at a port, and does not locate the reason of silence: that
// takes seconds, which must not be part of the probe's.
func (l *podLink) probeWithin(ctx context.Context, within time.Duration, h *HTTP, port podstate.Port) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	locate := h.client.locate
	h.client.locate = nil
	defer func() { h.client.locate = locate }()
	if err := h.Probe(ctx); err != nil {
		return err
	}
	return l.checkContainer(ctx, h, port)
}

// isSilentHop reports whether err names a hop on the way to the pod that does not respond.
func isSilentHop(err error) bool {
	p, ok := errors.AsType[*problem.Problem](err)
	return ok && p.Cause == problem.CauseTimeout && fault.IsType[*fault.Error](p.Err) && fault.IsTimeout(p.Err)
}

// targetAt returns a target for a port of the pod.
func (l *podLink) targetAt(port podstate.Port) target.Target {
	return target.Target{Scheme: target.SchemeKube, URL: target.NewURL("http", "localhost:"+strconv.Itoa(port.Number), l.prefix)}
}

// checkContainer fails if the user chose a container but another one serves the port:
// the heap of one next to the limit of another would mislead.
func (l *podLink) checkContainer(ctx context.Context, h *HTTP, port podstate.Port) error {
	asked := l.Watched().Chosen()
	if asked == "" || port.Container != "" {
		return nil
	}
	e := podstate.Evidence{Cmdline: h.discovery().cmdline}
	owner := l.Watched().Owner(port, e)
	if owner == "" { // a /metrics page says when the process started
		if metrics, err := h.getReading(ctx, metricsPlace("")); err == nil {
			e.Start = metrics.rep.Start
			owner = l.Watched().Owner(port, e)
		}
	}
	if owner == "" || owner == asked {
		return nil
	}
	return &problem.Problem{
		Cause: problem.CauseNotPprof, Subject: fmt.Sprintf("find pprof of container %s in pod %s", asked, l.Watched().Name()),
		Why:  fmt.Sprintf("port %d is served by container %s", port.Number, owner),
		Next: "watch that one with -c " + owner + ", or name the port that " + asked + " serves pprof on, as in pod/NAME:PORT",
	}
}

// probeAgain is the pause between attempts to find pprof in a container that has just
// started.
const probeAgain = 500 * time.Millisecond

// probeWhenUp waits until the container has a process and finds its pprof port. In a
// crash loop it may take several processes until one opens a port.
func (l *podLink) probeWhenUp(ctx context.Context, o Options) (*HTTP, []string, error) {
	said := ""
	tell := func(text string) {
		if o.Progress != nil && text != said {
			said = text
			o.Progress(text)
		}
	}
	for {
		if err := l.AwaitProcess(ctx, tell); err != nil {
			return nil, nil, err
		}
		h, tried, err := l.findPprofPort(ctx, o)
		if err == nil || ctx.Err() != nil {
			return h, tried, err
		}
		if refreshErr := l.Refresh(ctx); refreshErr != nil {
			return nil, nil, errors.Join(err, refreshErr)
		}
		switch {
		case !l.Watched().Runs():
		case l.Watched().IsStarting() && kube.IsRefused(err):
			tell("container " + l.Watched().Container() + " of pod " + l.Watched().PodName() + " has started but does not serve pprof yet; waiting for it")
		default:
			return nil, nil, err
		}
		if err := poll.SleepFor(ctx, probeAgain); err != nil {
			return nil, nil, err
		}
	}
}
