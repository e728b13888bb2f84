// Package pods lets the user choose among the pods that a target may refer to:
// before the view starts, and from it.
package pods

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile/fleet"
	"github.com/leaktop/leaktop/source/kube"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/theme"
)

// pods are the rows of a table of pods, with the time of their ages.
type pods struct {
	list   []kube.Candidate
	now    time.Time
	chosen string                    // namespace/name of the watched pod; empty if none is yet
	first  map[string]kube.Candidate // with their first figures, by namespace/name
}

// podColumn is one column of the table of pods.
type podColumn struct {
	table.Column
	cell    func(p pods, c kube.Candidate) table.Cell
	compare func(p pods, a, b kube.Candidate) int
}

// podColumns is the table of columns.
var podColumns = slices.Concat(stateColumns[:5], usageColumns, stateColumns[5:])

// stateColumns are those of a pod's state.
var stateColumns = []podColumn{
	{
		table.Column{ID: "name", Title: "POD", Width: 16, Grow: 1, Max: 60, Sort: table.SortAsc, Search: true, Fit: format.FitLeft, FitTogether: fitPodNames},
		podName, func(_ pods, a, b kube.Candidate) int { return cmp.Compare(a.Name, b.Name) },
	},
	{
		table.Column{ID: "restarts", Title: "RESTARTS", Width: 8, Align: table.Right, Sort: table.SortDesc},
		podRestarts, func(_ pods, a, b kube.Candidate) int { return cmp.Compare(a.Restarts, b.Restarts) },
	},
	{
		table.Column{ID: "state", Title: "STATE", Width: 11, Sort: table.SortAsc},
		podState, func(_ pods, a, b kube.Candidate) int { return cmp.Compare(stateOf(a), stateOf(b)) },
	},
	{
		table.Column{ID: "age", Title: "AGE", Width: 4, Align: table.Right, Sort: table.SortDesc, DropOrder: 2},
		func(p pods, c kube.Candidate) table.Cell { return table.Text(formatAge(p.now.Sub(c.Created))) },
		func(_ pods, a, b kube.Candidate) int { return b.Created.Compare(a.Created) },
	},
	{
		table.Column{ID: "limit", Title: "LIMIT", Width: 8, Align: table.Right, Sort: table.SortDesc, DropOrder: 3},
		func(_ pods, c kube.Candidate) table.Cell { return table.Text(limitOf(c)) },
		func(_ pods, a, b kube.Candidate) int { return cmp.Compare(a.Limit, b.Limit) },
	},
	{
		table.Column{ID: "reason", Title: "REASON", Width: 26, Grow: 1, Max: 50, Sort: table.SortAsc, DropOrder: 4},
		func(_ pods, c kube.Candidate) table.Cell {
			return table.Text(cmp.Or(c.Reason, c.LastExit))
		},
		func(_ pods, a, b kube.Candidate) int {
			return cmp.Compare(cmp.Or(a.Reason, a.LastExit), cmp.Or(b.Reason, b.LastExit))
		},
	},
	{
		table.Column{ID: "node", Title: "NODE", Width: 10, Grow: 1, Max: 40, Sort: table.SortAsc, DropOrder: 1, Fit: format.FitLeft},
		func(p pods, c kube.Candidate) table.Cell { return table.Text(p.nodeOf(c)) },
		func(_ pods, a, b kube.Candidate) int { return cmp.Compare(a.Node, b.Node) },
	},
}

func newTable(t theme.Theme) table.Model {
	cols := make([]table.Column, len(podColumns))
	for i, c := range podColumns {
		cols[i] = c.Column
	}
	m := table.New(t, cols...)
	m.Hide(pods{}.hiddenColumns()...)
	return m
}

// fitPodNames shortens the names of pods to w columns. Pods of several workloads keep their
// beginning, which tells them apart, and what follows the last hyphen.
func fitPodNames(names []string, w int) []string {
	out := make([]string, len(names))
	cut, differ := "", false
	for i, name := range names {
		if out[i] = format.FitLeft(name, w); out[i] == name {
			continue
		}
		head := name[:max(0, len(name)-w)]
		differ = differ || !strings.HasPrefix(head, cut) && !strings.HasPrefix(cut, head)
		cut = max(cut, head)
	}
	for i, name := range names {
		tail := name[max(0, strings.LastIndexByte(name, '-')):]
		if room := w - format.Width(tail); differ && out[i] != name && room > 2 {
			out[i] = format.Fit(name, room) + tail
		}
	}
	return out
}

// nodeOf returns the name of a pod's node without its domain.
func (p pods) nodeOf(c kube.Candidate) string {
	names := make([]string, len(p.list))
	for i, x := range p.list {
		names[i] = x.Node
	}
	short := fleet.ShortHosts(names)
	for i, x := range p.list {
		if x.Node == c.Node {
			return short[i]
		}
	}
	return c.Node
}

// Len returns the number of pods.
func (p pods) Len() int { return len(p.list) }

// Key returns the pod's namespace and name.
func (p pods) Key(row int) string { return placeOf(p.list[row]) }

// Cell returns what a column shows of a pod.
func (p pods) Cell(row, col int) table.Cell { return podColumns[col].cell(p, p.list[row]) }

// Compare sorts by a column.
func (p pods) Compare(col, a, b int) int { return podColumns[col].compare(p, p.list[a], p.list[b]) }

func placeOf(c kube.Candidate) string { return c.Namespace + "/" + c.Name }

func podName(p pods, c kube.Candidate) table.Cell {
	if p.chosen == placeOf(c) {
		return table.Cell{Text: c.Name + " " + theme.SymbolLive + " watched", Tone: theme.Good}
	}
	return table.Text(c.Name)
}

func podRestarts(_ pods, c kube.Candidate) table.Cell {
	if c.Restarts > 0 {
		return table.Cell{Text: format.Count(c.Restarts), Tone: theme.Warn}
	}
	return table.Text("0")
}

func podState(_ pods, c kube.Candidate) table.Cell {
	switch s := stateOf(c); s {
	case "ready":
		return table.Cell{Text: s, Tone: theme.Good}
	case "not ready":
		return table.Cell{Text: s, Tone: theme.Warn}
	default:
		return table.Cell{Text: s, Tone: theme.Bad}
	}
}

func stateOf(c kube.Candidate) string {
	switch {
	case c.Usable() && c.Ready:
		return "ready"
	case c.Usable():
		return "not ready"
	case c.Phase == "Running":
		return "not running"
	}
	return strings.ToLower(c.Phase)
}

func limitOf(c kube.Candidate) string {
	if c.Limit == 0 {
		return "none"
	}
	return format.Bytes(c.Limit)
}

// formatAge formats an age as kubectl does: "3d", "5h", "12m".
func formatAge(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return format.Count(int(d.Hours()/24)) + "d"
	case d >= 2*time.Hour:
		return format.Count(int(d.Hours())) + "h"
	case d >= 2*time.Minute:
		return format.Count(int(d.Minutes())) + "m"
	}
	return format.Count(max(0, int(d.Seconds()))) + "s"
}

// podHelp explains the table of pods.
var podHelp = []string{
	"The pods that match the target, the likeliest first: running pods before others; among them those that restarted most, then ready ones, then the oldest.",
	"RESTARTS is how often the watched container restarted. STATE is whether it runs and passes its readiness probe. LIMIT is its memory limit. With metrics-server, MEMORY is what counts toward that limit, LIMIT% its share of the limit, and GROWTH its change since this list was opened. REASON is why it does not run, or how it last ended: OOMKilled is a kill at the limit.",
}
