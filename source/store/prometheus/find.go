package prometheus

import (
	"context"
	"fmt"
	"math"
	"net"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/leaktop/leaktop/source/store"
)

// startMetric is a metric that every instrumented Go service has, by which the target is
// found.
const startMetric = "process_start_time_seconds"

// find returns the labels of a target, and its pod if they name one. It uses a selector of
// the user first, then the pod, then the labels from another store, then the address.
func (r *Reader) find(ctx context.Context, t Target) (store.Selector, Target, error) {
	sel := r.o.Selector
	switch {
	case len(sel) > 0:
		if pod := sel.Value("pod"); pod != "" && sel.Value("namespace") != "" {
			t.Pod, t.Namespace = pod, sel.Value("namespace")
			return sel, t, nil
		}
	case t.Pod != "" && t.Namespace != "":
		return nil, t, nil
	case len(t.Labels) > 0:
		for _, name := range []string{"namespace", "job", "service_name", "instance"} {
			if v := t.Labels.Value(name); v != "" {
				sel = append(sel, store.Matcher{Name: strings.Replace(name, "service_name", "job", 1), Op: "=", Value: v})
			}
		}
		if found, ok, err := r.discover(ctx, startMetric+sel.String(), t); ok || err != nil {
			return selectorOf(found), withPod(t, found), err
		}
		// The instance of a scraper of profiles may be another port of the same process.
		sel = slices.DeleteFunc(sel, func(m store.Matcher) bool { return m.Name == "instance" })
	}
	if len(sel) > 0 {
		found, ok, err := r.discover(ctx, startMetric+sel.String(), t)
		if !ok {
			return sel, t, err
		}
		if len(r.o.Selector) > 0 { // the user's selector, with the pod that was found
			return r.o.Selector, withPod(t, found), err
		}
		return sel, withPod(t, found), err
	}
	return r.findByAddress(ctx, t)
}

// findByAddress finds the job and instance of a process by the address it listens on, or
// else by its start time.
func (r *Reader) findByAddress(ctx context.Context, t Target) (store.Selector, Target, error) {
	if hosts := hostsOf(t.Address); len(hosts) > 0 {
		for i, h := range hosts {
			hosts[i] = regexp.QuoteMeta(h)
		}
		query := startMetric + `{instance=~` + strconv.Quote("("+strings.Join(hosts, "|")+")(:[0-9]+)?") + `}`
		if found, ok, err := r.discover(ctx, query, t); ok || err != nil {
			return selectorOf(found), withPod(t, found), err
		}
	}
	if t.Start > 0 {
		query := fmt.Sprintf("%s > %.3f < %.3f", startMetric, t.Start-startSlack, t.Start+startSlack)
		if found, ok, err := r.discover(ctx, query, t); ok || err != nil {
			return selectorOf(found), withPod(t, found), err
		}
	}
	return nil, t, r.explainNotFound(ctx, t)
}

// startSlack is the maximum difference between two measurements of the start of a
// process, in seconds.
const startSlack = 1.5

// hostsOf returns the names by which a scraper may know the host of an address.
func hostsOf(address string) []string {
	host, _, err := net.SplitHostPort(address)
	if err != nil || host == "" {
		return nil
	}
	out := []string{host}
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		out = []string{"localhost", "127.0.0.1", "[::1]"}
		if name, err := os.Hostname(); err == nil && name != "" {
			out = append(out, name)
		}
	} else if strings.Contains(host, ":") {
		out = []string{"[" + host + "]"}
	}
	return out
}

// discover returns the labels of the process that a query finds; ok is false if there is
// none. If there are several, it chooses the one at the same port, or with the same start
// time.
func (r *Reader) discover(ctx context.Context, query string, t Target) (l store.Labels, ok bool, err error) {
	a, err := r.client.Instant(ctx, query)
	if err != nil || len(a.Series) == 0 {
		return nil, false, err
	}
	r.setClock(a)
	_, port, _ := net.SplitHostPort(t.Address)
	best, score, same := 0, -1, 0
	for i, s := range a.Series {
		n := 0
		if t.Start > 0 && math.Abs(s.Points[0].V-t.Start) <= startSlack {
			n += 4
		}
		if i := s.Labels.Value("instance"); i == t.Address && i != "" {
			n += 2
		} else if port != "" && strings.HasSuffix(i, ":"+port) {
			n++
		}
		switch {
		case n > score:
			best, score, same = i, n, 1
		case n == score:
			same++
		}
	}
	if same > 1 && len(r.o.Selector) == 0 && len(t.Labels) == 0 {
		return nil, false, errAmbiguous(t, a)
	}
	return a.Series[best].Labels, true, nil
}

// errAmbiguous returns the error for a target that may be several processes.
func errAmbiguous(t Target, a Matrix) error {
	e := &store.ChoiceError{Why: fmt.Sprintf("%d of its processes may be %s", len(a.Series), t.describe())}
	const shown = 4
	for _, s := range a.Series[:min(len(a.Series), shown)] {
		e.Options = append(e.Options, selectorOf(s.Labels))
	}
	e.More = len(a.Series) - len(e.Options)
	return e
}

// selectorOf returns the selector that scrapers use for a process.
func selectorOf(l store.Labels) (s store.Selector) {
	for _, name := range []string{"namespace", "job", "instance"} {
		if v := l.Value(name); v != "" {
			s = append(s, store.Matcher{Name: name, Op: "=", Value: v})
		}
	}
	return s
}

// withPod adds the pod that labels name.
func withPod(t Target, l store.Labels) Target {
	if pod, namespace := l.Value("pod"), l.Value("namespace"); pod != "" && namespace != "" {
		t.Pod, t.Namespace = pod, namespace
		if c := l.Value("container"); t.Container == "" {
			t.Container = c
		}
	}
	return t
}

// describe names a target in a sentence.
func (t Target) describe() string {
	switch {
	case t.Pod != "":
		return clipText(fmt.Sprintf("pod %q of namespace %q", t.Pod, t.Namespace), 120)
	case len(t.Labels) > 0:
		return clipText(t.Labels.Selector().String(), 120)
	case t.Address != "":
		return clipText(t.Address, 120)
	}
	return "this process"
}
