package kube

import (
	"context"
	"fmt"
	"time"

	"github.com/leaktop/leaktop/profile/quantity"
	"github.com/leaktop/leaktop/source/kube/plugin"

	"github.com/leaktop/leaktop/source/kube/fault"
)

const (
	// progressInterval is how often connectWait.checkProgress is called.
	progressInterval = 100 * time.Millisecond
	// connectQuiet is the delay of the first progress message.
	connectQuiet = 2 * time.Second
	// connectRepeat is the interval of further messages.
	connectRepeat = 10 * time.Second
	// pluginTalk is the minimum timeout of a credential plugin that has printed
	// something: it may be asking for a login in a browser or a touch of a key.
	pluginTalk = 3 * time.Minute
)

// superviseConnect returns a context for the first request. It reports what the
// request is waiting for, and cancels the context with a [fault.Error] as the cause if that
// takes too long. The caller must call stop.
func (c *Cluster) superviseConnect(ctx context.Context, o Options, s *restAPI) (within context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	w := connectWait{began: time.Now(), timeout: o.Timeout, host: s.currentSession().config.Host, run: c.output.Run, report: o.Progress, stopKey: c.stopKey}
	if w.timeout == 0 {
		w.timeout = defaultTimeout
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		ticker := time.NewTicker(progressInterval)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
			if err := w.checkProgress(time.Now()); err != nil {
				c.output.Run.Kill()
				cancel(err)
				return
			}
		}
	}()
	return ctx, func() {
		cancel(nil)
		<-done
	}
}

// connectWait is the state of a wait for the first request.
type connectWait struct {
	began      time.Time // start of the current phase: plugin or API server
	timeout    time.Duration
	host       string
	run        *plugin.Run
	report     func(string)
	stopKey    string
	plugin     bool      // the plugin was running at the last check
	lastReport time.Time // time of the last message
}

// checkProgress reports what the request is waiting for. It returns an error if that takes too
// long.
func (w *connectWait) checkProgress(now time.Time) error {
	running, talks := w.run.RunningFor()
	if (running > 0) != w.plugin { // a new phase
		w.plugin, w.began, w.lastReport = running > 0, now, time.Time{}
	}
	took := now.Sub(w.began)
	switch {
	case w.plugin && talks && took > max(w.timeout, pluginTalk), w.plugin && !talks && took > w.timeout:
		return w.run.HangError(running)
	case !w.plugin && took > w.timeout:
		return fault.New(context.DeadlineExceeded, "check the VPN or the proxy, or allow more with --timeout",
			"reach the cluster at %s: no response from the API server within %s", w.host, quantity.Duration(w.timeout))
	}
	if w.report != nil && took >= connectQuiet && now.Sub(w.lastReport) >= connectRepeat {
		w.lastReport = now
		w.report(w.progressText(took))
	}
	return nil
}

// progressText describes what the request is waiting for.
func (w *connectWait) progressText(took time.Duration) string {
	what := "the API server at " + w.host
	if w.plugin {
		what = "the credential plugin " + w.run.DisplayName()
	}
	return fault.CleanText(fmt.Sprintf("waiting for %s (%s); press %s to stop", what, quantity.Duration(took.Round(time.Second)), w.stopKey))
}
