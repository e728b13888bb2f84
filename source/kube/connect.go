package kube

import (
	"context"
	"fmt"
	"time"
)

const (
	// connectLook is how often it is looked what a connection waits for.
	connectLook = 100 * time.Millisecond
	// connectQuiet is how long nothing is said about it.
	connectQuiet = 2 * time.Second
	// connectRepeat is how often it is said again.
	connectRepeat = 10 * time.Second
	// pluginTalk is how long a credential plugin may take that has written something:
	// it may wait for a login in a browser or a touch of a key, and the user sees that.
	pluginTalk = 3 * time.Minute
)

// superviseConnect bounds the first request, by what it waits for, and says what that
// is. The cause of the context's end is an [Error] then. stop ends it.
func (c *Cluster) superviseConnect(ctx context.Context, o Options, s *server) (within context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	w := connectWait{began: time.Now(), timeout: o.Timeout, host: s.now().config.Host, run: c.output.run, tell: o.Progress}
	if w.timeout == 0 {
		w.timeout = defaultTimeout
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		ticker := time.NewTicker(connectLook)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
			if err := w.look(time.Now()); err != nil {
				c.output.run.kill()
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

// connectWait is what a first request has waited for so far.
type connectWait struct {
	began   time.Time // or the end of the credential plugin
	timeout time.Duration
	host    string
	run     *pluginRun
	tell    func(string)
	plugin  bool      // it was running at the last look
	said    time.Time // when something was said last
}

// look says what is waited for, and returns an error when that takes too long.
func (w *connectWait) look(now time.Time) error {
	running, talks := w.run.running()
	if (running > 0) != w.plugin { // what is waited for is another thing
		w.plugin, w.began, w.said = running > 0, now, time.Time{}
	}
	took := now.Sub(w.began)
	switch {
	case w.plugin && talks && took > max(w.timeout, pluginTalk), w.plugin && !talks && took > w.timeout:
		return w.run.hangs(running)
	case !w.plugin && took > w.timeout:
		return fail(context.DeadlineExceeded, "check the VPN or the proxy, or allow more with --timeout",
			"reach the cluster at %s: the API server did not answer within %v", w.host, w.timeout)
	}
	if w.tell != nil && took >= connectQuiet && now.Sub(w.said) >= connectRepeat {
		w.said = now
		w.tell(w.text(took))
	}
	return nil
}

// text says what is waited for.
func (w *connectWait) text(took time.Duration) string {
	what := "the API server at " + w.host
	if w.plugin {
		what = "the credential plugin " + w.run.name()
	}
	return clean(fmt.Sprintf("waiting for %s (%v); ctrl+c ends that", what, took.Round(time.Second)))
}
