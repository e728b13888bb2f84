package processes

import (
	"cmp"

	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/report"
	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui/list"
)

type column = list.Column[*Row]

// processColumns returns the columns of the table. What a narrow screen hides is in the
// detail below it.
func processColumns() []column {
	return []column{
		{
			Column:  table.Column{ID: "pid", Title: "PID", Width: 7, Align: table.Right, Sort: table.SortAsc, Search: true},
			Cell:    func(r *Row) table.Cell { return table.Cell{Text: r.Process.Target()[len("pid:"):], Tone: theme.Dim} },
			Compare: func(a, b *Row) int { return cmp.Compare(a.Process.PID, b.Process.PID) },
			Help:    "PID is its process ID: leaktop pid:N watches it.",
		},
		textColumn(table.Column{ID: "name", Title: "NAME", Width: 12, Max: 24}, theme.Plain, "NAME is the name of the program.", func(r *Row) string { return r.Process.Name }),
		textColumn(table.Column{ID: "user", Title: "USER", Width: 8, Max: 12, DropOrder: 11}, theme.Dim, "USER is the user that it runs as.", func(r *Row) string { return r.Process.User }),
		sizeColumn("memory", "MEMORY", 0, "MEMORY is what is resident or swapped out.", func(r *Row) uint64 { return r.Process.Used() }),
		sizeColumn("anon", "ANON", 9, "ANON is the anonymous part, such as the heap: only the process can release it.", func(r *Row) uint64 { return r.Process.Memory.Anon }),
		sizeColumn("file", "FILE", 8, "FILE is what is mapped from files: the kernel reclaims it when it needs memory.", func(r *Row) uint64 { return r.Process.Memory.File }),
		sizeColumn("swap", "SWAP", 4, "SWAP is what is swapped out.", func(r *Row) uint64 { return r.Process.Memory.Swap }),
		limitColumn(),
		cpuColumn(),
		countColumn("threads", "THR", 3, "THR is its number of OS threads.", func(r *Row) int { return r.Process.Threads }),
		countColumn("files", "FDS", 2, "FDS is its number of open file descriptors.", func(r *Row) int { return r.Process.Files }),
		{
			Column:  table.Column{ID: "up", Title: "UP", Width: 5, Align: table.Right, Sort: table.SortDesc, DropOrder: 13},
			Cell:    func(r *Row) table.Cell { return table.Cell{Text: upText(r), Tone: theme.Dim} },
			Compare: func(a, b *Row) int { return cmp.Compare(a.up, b.up) },
			Help:    "UP is the time since it started.",
			Data:    func(r *Row) export.Cell { return export.Cell{Value: r.up.Seconds(), Unit: "seconds"} },
		},
		textColumn(table.Column{ID: "go", Title: "GO", Width: 8, Max: 10, DropOrder: 10}, theme.Dim, "GO is the version of Go that built it.", func(r *Row) string { return r.Process.Program.GoVersion }),
		textColumn(table.Column{ID: "module", Title: "MODULE", Width: 16, Max: 40, DropOrder: 6, Fit: format.FitLeft}, theme.Dim, "MODULE is its main module, VERSION that module's.", func(r *Row) string { return r.Process.Program.Module }), // the end of the path distinguishes it
		textColumn(table.Column{ID: "version", Title: "VERSION", Width: 9, Max: 20, DropOrder: 5}, theme.Dim, "", func(r *Row) string { return r.Process.Program.Version }),
		textColumn(table.Column{ID: "ports", Title: "PORTS", Width: 10, Max: 20, DropOrder: 7}, theme.Dim, "PORTS are the ports that it listens on.", func(r *Row) string { return portsText(r.Process) }),
		pprofColumn(),
		verdictColumn(),
	}
}

func upText(r *Row) string {
	if r.up == 0 {
		return ""
	}
	return format.Roughly(r.up)
}

func textColumn(c table.Column, tone theme.Tone, help string, of func(*Row) string) column {
	c.Grow, c.Sort, c.Search = 1, table.SortAsc, true
	return column{
		Column:  c,
		Cell:    func(r *Row) table.Cell { return table.Cell{Text: of(r), Tone: tone} },
		Compare: func(a, b *Row) int { return cmp.Compare(of(a), of(b)) },
		Help:    help,
	}
}

func sizeColumn(id, title string, drop int, help string, of func(*Row) uint64) column {
	return column{
		Column: table.Column{ID: id, Title: title, Width: 8, Align: table.Right, DropOrder: drop, Sort: table.SortDesc},
		Cell: func(r *Row) table.Cell {
			if of(r) == 0 {
				return table.Cell{}
			}
			return table.Cell{Text: format.Bytes(of(r))}
		},
		Compare: func(a, b *Row) int { return cmp.Compare(of(a), of(b)) },
		Help:    help,
		Data:    func(r *Row) export.Cell { return export.Cell{Value: float64(of(r)), Unit: "bytes"} },
	}
}

func countColumn(id, title string, drop int, help string, of func(*Row) int) column {
	return column{
		Column: table.Column{ID: id, Title: title, Width: 5, Align: table.Right, DropOrder: drop, Sort: table.SortDesc},
		Cell: func(r *Row) table.Cell {
			if of(r) == 0 {
				return table.Cell{}
			}
			return table.Cell{Text: format.Count(of(r)), Tone: theme.Dim}
		},
		Compare: func(a, b *Row) int { return cmp.Compare(of(a), of(b)) },
		Help:    help,
		Data:    func(r *Row) export.Cell { return export.Cell{Value: float64(of(r)), Unit: "count"} },
	}
}

// limitShare is the part of its memory limit that a process uses; 0 if it has none.
func limitShare(r *Row) float64 {
	if r.Process.Cgroup.Limit == 0 {
		return 0
	}
	return float64(r.Process.Used()) / float64(r.Process.Cgroup.Limit)
}

func limitColumn() column {
	return column{
		Column: table.Column{ID: "limit", Title: "LIMIT", Width: 6, Align: table.Right, DropOrder: 12, Sort: table.SortDesc},
		Cell: func(r *Row) table.Cell {
			share := limitShare(r)
			switch {
			case share == 0:
				return table.Cell{}
			case share >= memory.NearLimit:
				return table.Cell{Text: format.Percent(share), Tone: theme.Warn}
			}
			return table.Cell{Text: format.Percent(share)}
		},
		Compare: func(a, b *Row) int { return cmp.Compare(limitShare(a), limitShare(b)) },
		Help:    "LIMIT is how much of the memory limit of its control group it uses.",
		Data:    func(r *Row) export.Cell { return export.Cell{Value: 100 * limitShare(r), Unit: "%"} },
	}
}

func cpuColumn() column {
	return column{
		Column: table.Column{ID: "cpu", Title: "CPU", Width: 5, Align: table.Right, Sort: table.SortDesc},
		Cell: func(r *Row) table.Cell {
			switch p := r.Process; {
			case !p.HasCPU:
				return table.Cell{}
			case p.CPU < 0.001: // less than one tick of the kernel's clock
				return table.Cell{Text: "0%", Tone: theme.Dim}
			default:
				return table.Cell{Text: format.Percent(p.CPU)}
			}
		},
		Compare: func(a, b *Row) int { return cmp.Compare(a.Process.CPU, b.Process.CPU) },
		Help:    "CPU is its CPU use since the last refresh, in percent of one core.",
		Data:    func(r *Row) export.Cell { return export.Cell{Value: 100 * r.Process.CPU, Unit: "%"} },
	}
}

func pprofColumn() column {
	return column{
		Column:  table.Column{ID: "pprof", Title: "PPROF", Width: 9, Grow: 1, Max: 24, Sort: table.SortDesc, Search: true, Fit: format.FitLeft},
		Cell:    func(r *Row) table.Cell { return pprofCell(r) },
		Compare: func(a, b *Row) int { return cmp.Compare(pprofRank(a), pprofRank(b)) },
		Help:    "PPROF is where it serves pprof, without which it cannot be watched. container: its ports are in another network namespace. hidden: its ports are visible only to its user and to root.",
	}
}

func pprofCell(r *Row) table.Cell {
	l, ok := r.Process.Pprof()
	switch {
	case ok:
		return table.Cell{Text: l.Label(), Tone: theme.Good}
	case r.Process.OtherNetwork:
		return table.Cell{Text: "container", Tone: theme.Dim}
	case r.Process.FilesHidden:
		return table.Cell{Text: "hidden", Tone: theme.Dim}
	}
	return table.Cell{Text: "no", Tone: theme.Dim}
}

func pprofRank(r *Row) int {
	if _, ok := r.Process.Pprof(); ok {
		return 1
	}
	return 0
}

func verdictColumn() column {
	return column{
		Column: table.Column{ID: "verdict", Title: "VERDICT", Width: 10, DropOrder: 14},
		Cell:   func(r *Row) table.Cell { return verdictCell(r) },
		Help:   "VERDICT is the verdict in its own view, which enter opens: those that serve pprof are watched.",
	}
}

func verdictCell(r *Row) table.Cell {
	if r.watched == nil {
		return table.Cell{}
	}
	h := report.StatusHead(*r.watched)
	return table.Cell{Text: h.String(), Tone: h.Tone}
}

// hideEmpty returns the columns that no row fills.
func hideEmpty(rows []*Row) []string {
	return list.EmptyColumns(processColumns(), rows, "swap", "limit", "version", "ports", "verdict")
}
