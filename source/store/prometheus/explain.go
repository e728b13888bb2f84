package prometheus

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/quantity"
	"github.com/leaktop/leaktop/source/spelling"
	"github.com/leaktop/leaktop/source/store"
)

const tenantHint = "is it the right server, and the right tenant (--header 'X-Scope-OrgID: TENANT')?"

// explainNotFound returns the error for a target without series, with the targets that
// have the most similar names.
func (r *Reader) explainNotFound(ctx context.Context, t Target) error {
	now := time.Now().Add(r.clockOffset())
	names, err := r.client.LabelValues(ctx, "instance", startMetric, store.Window{From: now.Add(-time.Hour), To: now})
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return &store.EmptyError{What: "it has no series " + startMetric + " of any process", Next: tenantHint}
	}
	e := &store.EmptyError{What: "it scrapes no process at " + t.describe()}
	if t.Address == "" {
		e.What = "it is unknown which of the processes that it scrapes is this one"
	}
	near := spelling.SortNearest(t.Address, names)
	e.What += "; it has " + quoteList(near, 3)
	e.Next = "name it: --prometheus 'URL?job=JOB&instance=INSTANCE'"
	return e
}

// explainEmpty returns the error for a target without values, with similar names.
func (r *Reader) explainEmpty(ctx context.Context, t Target, sel store.Selector, w store.Window) error {
	span := fmt.Sprintf("from %s to %s", quantity.Moment(w.From.Local()), quantity.Moment(w.To.Local()))
	if t.Pod == "" {
		for _, m := range sel {
			if m.Op != "=" {
				continue
			}
			names, err := r.client.LabelValues(ctx, m.Name, startMetric, w)
			if err != nil {
				return err
			}
			if !slices.Contains(names, m.Value) {
				return missingName(m.Name, m.Value, names)
			}
		}
		return &store.EmptyError{What: fmt.Sprintf("it has no values of %s %s", clipText(sel.String(), 120), span), Next: "it may not keep values for that long, or " + tenantHint}
	}
	const metric = "container_memory_working_set_bytes"
	names, err := r.client.LabelValues(ctx, "namespace", metric, w)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return &store.EmptyError{What: "it has no series " + metric + " of any pod: it does not scrape the kubelets", Next: tenantHint}
	}
	if !slices.Contains(names, t.Namespace) {
		return missingName("namespace", t.Namespace, names)
	}
	pods, err := r.client.LabelValues(ctx, "pod", metric+`{namespace=`+strconv.Quote(t.Namespace)+`}`, w)
	if err != nil {
		return err
	}
	if !slices.Contains(pods, t.Pod) {
		return missingName("pod", t.Pod, pods)
	}
	return &store.EmptyError{What: fmt.Sprintf("its queries select nothing for %s %s", t.describe(), span), Next: "see the queries in the Memory pane, and correct them in the settings file, section [prometheus]"}
}

// missingName returns the error for a label value that does not exist.
func missingName(label, value string, names []string) error {
	what := fmt.Sprintf("it has no series of %s %s", label, clipText(strconv.Quote(value), 80))
	if len(names) > 0 {
		what += "; similar: " + quoteList(spelling.SortNearest(value, names), 3)
	}
	return &store.EmptyError{What: what, Next: "name it: --prometheus 'URL?" + label + "=…'; " + tenantHint}
}

// quoteList lists names, and how many more there are.
func quoteList(names []string, maxNames int) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = clipText(strconv.Quote(n), 60)
	}
	return quantity.List(quoted, maxNames)
}

const (
	// staleAfter is the age of the newest value that means that something is wrong.
	staleAfter = 10 * time.Minute
	// minGap is the minimum time without values, other than for restarts, that is
	// reported.
	minGap = time.Hour
)

// diagnose reports which parts of the window the server lacks.
func (l *loading) diagnose(until time.Time) {
	_, line := l.d.Memory()
	if len(line) == 0 {
		l.add(profile.CodeMetrics, profile.SeverityWarning, "it has no memory figures of "+l.d.Subject+", only others", "see the queries in the Memory pane")
		return
	}
	first, last := line[0].Time, line[len(line)-1].Time
	if late := first.Sub(l.w.From); l.r.isSinceAsked && late > l.w.To.Sub(l.w.From)/10 {
		l.add(profile.CodeShortRetention, profile.SeverityInfo, fmt.Sprintf("%s has values only since %s, not since %s (--since)", l.r.o.Name, quantity.Moment(first.Local()), quantity.Moment(l.w.From.Local())), "")
	}
	if age := until.Sub(last); age > staleAfter+l.d.Step {
		l.add(profile.CodeStoreSilent, profile.SeverityWarning, fmt.Sprintf("the newest value of %s is from %s: nothing has arrived since", l.r.o.Name, quantity.Moment(last.Local())), "check that it still scrapes this service")
	}
	from, to, n := time.Time{}, time.Time{}, 0
	for i := 1; i < len(line); i++ {
		if gap := line[i].Time.Sub(line[i-1].Time); gap > max(minGap, 4*l.d.Step) {
			n++
			if gap > to.Sub(from) {
				from, to = line[i-1].Time, line[i].Time
			}
		}
	}
	if n > 0 {
		text := fmt.Sprintf("%s has no values from %s to %s", l.r.o.Name, quantity.Moment(from.Local()), quantity.Moment(to.Local()))
		if n > 1 {
			text += fmt.Sprintf(", and %d shorter gaps", n-1)
		}
		l.add(profile.CodeStoreParts, profile.SeverityInfo, text, "")
	}
}
