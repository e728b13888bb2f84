package fleet

import (
	"cmp"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/ui/chart"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui/list"
)

type column = list.Column[*Row]

// memberColumns returns the columns of the table of members.
func memberColumns() []column {
	return []column{
		{
			Column:  table.Column{ID: "name", Title: "NAME", Width: 10, Grow: 1, Max: 40, FitContent: true, Sort: table.SortAsc, Search: true, Fit: format.FitLeft},
			Cell:    func(r *Row) table.Cell { return r.toneCell(theme.Plain, r.Name) },
			Compare: func(a, b *Row) int { return cmp.Compare(a.Name, b.Name) },
			Help:    "NAME is the part of the name in which the processes differ.",
			Data:    func(r *Row) export.Cell { return export.Cell{Text: r.Member.FullName} },
		},
		textColumn(table.Column{ID: "version", Title: "VERSION", Width: 10, DropOrder: 6}, "VERSION is the tag of the image, or the hash of the rollout.", func(r *Row) string { return r.Member.Facts.Version }),
		nodeColumn(),
		textColumn(table.Column{ID: "zone", Title: "ZONE", Width: 8, DropOrder: 2}, "ZONE is the zone of its node.", func(r *Row) string { return r.Member.Zone }),
		textColumn(table.Column{ID: "cluster", Title: "CLUSTER", Width: 10, DropOrder: 8}, "CLUSTER is the context of the kubeconfig.", func(r *Row) string { return r.Member.Cluster }),
		{
			Column:  table.Column{ID: "age", Title: "AGE", Width: 5, Align: table.Right, Sort: table.SortDesc, DropOrder: 5},
			Cell:    func(r *Row) table.Cell { return r.toneCell(theme.Dim, ageText(r.age)) },
			Compare: func(a, b *Row) int { return cmp.Compare(a.age, b.age) },
			Help:    "AGE is the time since it was created, or since its process started.",
			Data:    func(r *Row) export.Cell { return export.Cell{Value: r.age.Seconds(), Unit: "seconds"} },
		},
		{
			Column:  table.Column{ID: "restarts", Title: "RESTARTS", Width: 12, FitContent: true, Align: table.Right, Sort: table.SortDesc, DropOrder: 11},
			Cell:    func(r *Row) table.Cell { return r.toneCell(theme.Warn, r.restartText()) },
			Compare: func(a, b *Row) int { return cmp.Compare(a.Member.Compared.Restarts, b.Member.Compared.Restarts) },
			Help:    "RESTARTS is how often its container restarted; OOM after the number means that it was killed at its memory limit.",
			Data: func(r *Row) export.Cell {
				return export.Cell{Value: float64(r.Member.Compared.Restarts), Unit: "count"}
			},
		},
		valueColumn(table.Column{ID: "heap", Title: "HEAP", Width: 8}, "bytes", "HEAP is the live heap, GROWTH/H its growth per hour; steady processes have none.", func(r *Row) measure { return r.heap }),
		growthColumn(table.Column{ID: "growth", Title: "GROWTH/H", Width: 9}, "bytes", "", func(r *Row) measure { return r.heap }),
		valueColumn(table.Column{ID: "goroutines", Title: "GOROUT", Width: 7, DropOrder: 7}, "count", "GOROUT is the number of goroutines, GOROUT/H its growth per hour.", func(r *Row) measure { return r.goroutines }),
		growthColumn(table.Column{ID: "goroutinegrowth", Title: "GOROUT/H", Width: 8, DropOrder: 10}, "count", "", func(r *Row) measure { return r.goroutines }),
		cpuColumn(),
		memoryColumn(),
		limitColumn(),
		{
			Column: table.Column{ID: "last", Title: "LAST", Width: sparkWidth, DropOrder: 9, Sort: table.SortNone},
			Cell:   func(r *Row) table.Cell { return r.toneCell(theme.ChartLine, chart.Spark(r.spark, sparkWidth)) },
			Help:   "LAST is the live heap over the time window.",
			Data:   func(r *Row) export.Cell { return export.Cell{Spark: r.spark} },
		},
		{
			Column:  table.Column{ID: "verdict", Title: "VERDICT", Width: verdictWidth, FitContent: true, Sort: table.SortAsc},
			Cell:    func(r *Row) table.Cell { return statusCell(r.Member) },
			Compare: func(a, b *Row) int { return cmp.Compare(a.rank, b.rank) },
			Help:    "VERDICT is the verdict in its own view, which enter opens.",
		},
	}
}

// verdictWidth has room for "✗ no such host".
const verdictWidth = 14

// toneCell returns a cell in a tone; the cells of a member that is gone are dim.
func (r *Row) toneCell(tone theme.Tone, text string) table.Cell {
	if r.Member.IsGone() {
		tone = theme.Dim
	}
	return table.Cell{Text: text, Tone: tone}
}

func (r *Row) restartText() string {
	n := r.Member.Compared.Restarts
	if n == 0 {
		return ""
	}
	text := format.Count(n)
	switch why := r.Member.ExitReason; why {
	case "":
	case "OOMKilled":
		text += " OOM"
	default:
		text += " " + why
	}
	return text
}

func textColumn(c table.Column, help string, of func(*Row) string) column {
	c.Grow, c.Max, c.FitContent, c.Sort, c.Fit = 1, 2*c.Width, true, table.SortAsc, format.FitLeft
	return column{
		Column:  c,
		Cell:    func(r *Row) table.Cell { return r.toneCell(theme.Dim, of(r)) },
		Compare: func(a, b *Row) int { return cmp.Compare(of(a), of(b)) },
		Help:    help,
	}
}

// nodeColumn shows the names of nodes without their domains.
func nodeColumn() column {
	c := textColumn(table.Column{ID: "node", Title: "NODE", Width: 10, DropOrder: 1}, "NODE is the node that it runs on, without the domain.", func(r *Row) string { return r.node })
	c.Data = func(r *Row) export.Cell { return export.Cell{Text: r.Member.Facts.Node} }
	return c
}

func valueColumn(c table.Column, unit, help string, of func(*Row) measure) column {
	c.Align, c.Sort = table.Right, table.SortDesc
	return column{
		Column: c,
		Cell: func(r *Row) table.Cell {
			if m := of(r); m.known {
				return r.toneCell(theme.Plain, format.Value(int64(m.value), unit))
			}
			return table.Cell{}
		},
		Compare: func(a, b *Row) int { return cmp.Compare(of(a).value, of(b).value) },
		Help:    help,
		Data: func(r *Row) export.Cell {
			if m := of(r); m.known {
				return export.Cell{Value: m.value, Unit: unit}
			}
			return export.Cell{}
		},
	}
}

func growthColumn(c table.Column, unit, help string, of func(*Row) measure) column {
	c.Align, c.Sort = table.Right, table.SortDesc
	return column{
		Column: c,
		Cell: func(r *Row) table.Cell {
			m := of(r)
			if !m.grows {
				return table.Cell{}
			}
			tone := theme.Plain
			if m.perHour > 0 && len(r.Member.State.Report.Suspects) > 0 {
				tone = theme.GrowthUp
			}
			return r.toneCell(tone, format.Growth(m.perHour, unit))
		},
		Compare: func(a, b *Row) int { return cmp.Compare(of(a).certainValue(), of(b).certainValue()) },
		Help:    help,
		Data: func(r *Row) export.Cell {
			if m := of(r); m.grows {
				return export.Cell{Value: m.perHour, Unit: unit + "/hour"}
			}
			return export.Cell{}
		},
	}
}

func (m measure) certainValue() float64 {
	if m.grows {
		return m.perHour
	}
	return 0
}

func cpuColumn() column {
	return column{
		Column: table.Column{ID: "cpu", Title: "CPU", Width: 5, Align: table.Right, DropOrder: 3, Sort: table.SortDesc},
		Cell: func(r *Row) table.Cell {
			if r.Member.CPU == 0 {
				return table.Cell{}
			}
			return r.toneCell(theme.Plain, format.Percent(r.Member.CPU))
		},
		Compare: func(a, b *Row) int { return cmp.Compare(a.Member.CPU, b.Member.CPU) },
		Help:    "CPU is what it uses, in percent of one core.",
		Data:    func(r *Row) export.Cell { return export.Cell{Value: 100 * r.Member.CPU, Unit: "%"} },
	}
}

// memoryWidth has room for "78.6 MiB 99%".
const memoryWidth = 12

func memoryColumn() column {
	return column{
		Column: table.Column{ID: "memory", Title: "MEMORY", Width: memoryWidth, Align: table.Right, DropOrder: 12, Sort: table.SortDesc},
		Cell: func(r *Row) table.Cell {
			m := r.memory
			if m.Charged == 0 || m.ChargedFrom == leak.FromHeap { // the heap is only a part of it
				return table.Cell{}
			}
			text, tone := format.Bytes(m.Charged), theme.Plain
			if m.Limit > 0 {
				share := float64(m.Charged) / float64(m.Limit)
				if text += " " + format.Percent(share); format.Width(text) > memoryWidth {
					text = strings.Replace(text, " ", "", 1)
				}
				if share >= memory.NearLimit {
					tone = theme.Warn
				}
			}
			return r.toneCell(tone, text)
		},
		Compare: func(a, b *Row) int { return cmp.Compare(a.memory.Charged, b.memory.Charged) },
		Help:    "MEMORY is what counts against the limit, with its share of it.",
		Data:    func(r *Row) export.Cell { return export.Cell{Value: float64(r.memory.Charged), Unit: "bytes"} },
	}
}

func limitColumn() column {
	left := func(r *Row) float64 { return r.memory.HoursToLimit }
	return column{
		Column: table.Column{ID: "limit", Title: "LIMIT IN", Width: 8, Align: table.Right, DropOrder: 13, Sort: table.SortAsc},
		Cell: func(r *Row) table.Cell {
			if left(r) == 0 || r.Member.IsGone() {
				return table.Cell{}
			}
			return table.Cell{Text: format.Hours(left(r)), Tone: theme.Bad}
		},
		Compare: func(a, b *Row) int { return cmp.Compare(orEndless(left(a)), orEndless(left(b))) },
		Help:    "LIMIT IN is the time until it reaches its memory limit at this rate.",
		Data: func(r *Row) export.Cell {
			if left(r) == 0 {
				return export.Cell{}
			}
			return export.Cell{Value: left(r), Unit: "hours"}
		},
	}
}

func orEndless(h float64) float64 {
	if h == 0 {
		return 1e9
	}
	return h
}

// ageText formats an age in one unit.
func ageText(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return format.Roughly(d)
}

// hideEmpty returns the columns that no row fills.
func hideEmpty(rows []*Row) []string {
	return list.EmptyColumns(memberColumns(), rows, "version", "node", "zone", "cluster", "age", "restarts", "cpu", "memory", "limit", "goroutinegrowth")
}
