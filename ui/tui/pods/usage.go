package pods

import (
	"cmp"
	"time"

	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/source/kube"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/theme"
)

// measureEvery is the time between two requests for the usage of the pods; metrics-server
// measures every 15 to 60 s.
const measureEvery = 10 * time.Second

// usageColumns are the columns with the usage of pods; they are hidden if it is
// unknown.
var usageColumns = []podColumn{
	{
		table.Column{ID: "memory", Title: "MEMORY", Width: 9, Align: table.Right, Sort: table.SortDesc, DropOrder: 7},
		func(_ pods, c kube.Candidate) table.Cell {
			if c.WorkingSet == 0 {
				return table.Text("")
			}
			return table.Text(format.Bytes(c.WorkingSet))
		},
		func(_ pods, a, b kube.Candidate) int { return cmp.Compare(a.WorkingSet, b.WorkingSet) },
	},
	{
		table.Column{ID: "share", Title: "LIMIT%", Width: 6, Align: table.Right, Sort: table.SortDesc, DropOrder: 6},
		func(_ pods, c kube.Candidate) table.Cell {
			switch share := limitShare(c); {
			case share == 0:
				return table.Text("")
			case share >= memory.NearLimit:
				return table.Cell{Text: format.Percent(share), Tone: theme.Warn}
			default:
				return table.Text(format.Percent(share))
			}
		},
		func(_ pods, a, b kube.Candidate) int { return cmp.Compare(limitShare(a), limitShare(b)) },
	},
	{
		table.Column{ID: "growth", Title: "GROWTH", Width: 16, Align: table.Right, Sort: table.SortDesc, DropOrder: 5},
		podGrowth,
		func(p pods, a, b kube.Candidate) int {
			x, _, _ := p.growthOf(a)
			y, _, _ := p.growthOf(b)
			return cmp.Compare(x, y)
		},
	},
}

// limitShare returns how much of its memory limit a pod uses; 0 if that is unknown.
func limitShare(c kube.Candidate) float64 {
	if c.Limit == 0 {
		return 0
	}
	return float64(c.WorkingSet) / float64(c.Limit)
}

// fullest returns the pod that uses the largest share of its memory limit, if that is
// nearly all of it.
func (p pods) fullest() (full kube.Candidate, ok bool) {
	for _, c := range p.list {
		if share := limitShare(c); share >= memory.NearLimit && share > limitShare(full) {
			full, ok = c, true
		}
	}
	return full, ok
}

// podGrowth shows how much a pod's memory has changed since the list was opened, and in
// what time, which is too short for a rate.
func podGrowth(p pods, c kube.Candidate) table.Cell {
	by, over, ok := p.growthOf(c)
	if !ok {
		return table.Text("")
	}
	return table.Text(format.Delta(by, "bytes") + " in " + formatAge(over))
}

// growthOf returns the change between the first and the newest figure of a process.
func (p pods) growthOf(c kube.Candidate) (by int64, over time.Duration, ok bool) {
	first, known := p.first[placeOf(c)]
	if !known || !isSameProcess(first, c) || !c.Measured.After(first.Measured) {
		return 0, 0, false
	}
	return c.WorkingSet - first.WorkingSet, c.Measured.Sub(first.Measured), true
}

func isSameProcess(a, b kube.Candidate) bool {
	return a.Created.Equal(b.Created) && a.Restarts == b.Restarts
}

// follow returns the pods with the first figures of those that the earlier list had.
func (p pods) follow(before pods) pods {
	p.first = map[string]kube.Candidate{}
	for _, c := range p.list {
		first, known := before.first[placeOf(c)]
		switch {
		case known && isSameProcess(first, c):
			p.first[placeOf(c)] = first
		case !c.Measured.IsZero():
			p.first[placeOf(c)] = c
		}
	}
	return p
}

// hiddenColumns returns the columns for which no pod has data.
func (p pods) hiddenColumns() []string {
	hidden := map[string]bool{"memory": true, "share": true, "growth": true}
	for _, c := range p.list {
		_, _, grew := p.growthOf(c)
		hidden["memory"] = hidden["memory"] && c.WorkingSet == 0
		hidden["share"] = hidden["share"] && limitShare(c) == 0
		hidden["growth"] = hidden["growth"] && !grew
	}
	var ids []string
	for _, c := range usageColumns {
		if hidden[c.ID] {
			ids = append(ids, c.ID)
		}
	}
	return ids
}
