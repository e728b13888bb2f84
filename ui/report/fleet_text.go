package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/leaktop/leaktop/profile"
	compare "github.com/leaktop/leaktop/profile/fleet"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
)

// fleetColumn is a column of the table of targets.
type fleetColumn struct {
	title string
	right bool
	of    func(TargetResult) string
}

// fleetColumns is the table of columns; empty columns are left out.
var fleetColumns = []fleetColumn{
	{"NAME", false, func(x TargetResult) string { return format.Clean(x.Member.Name) }},
	{"VERDICT", false, targetWord},
	{"VERSION", false, func(x TargetResult) string { return format.Clean(x.Member.Facts.Version) }},
	{"NODE", false, func(x TargetResult) string { return format.Clean(x.node) }},
	{"CONTEXT", false, func(x TargetResult) string { return format.Clean(x.Member.Cluster) }},
	{"RESTARTS", true, restartsText},
	{"HEAP", true, func(x TargetResult) string { return newestText(x, x.Member.State.Heap, "bytes") }},
	{"GROWTH/H", true, func(x TargetResult) string { return growthText(x, profile.Heap, "bytes") }},
	{"GOROUTINES", true, func(x TargetResult) string { return newestText(x, x.Member.State.Goroutines, "count") }},
	{"GROWTH/H", true, func(x TargetResult) string { return growthText(x, profile.Goroutine, "count") }},
	{"MEMORY", true, memoryText},
	{"LIMIT IN", true, func(x TargetResult) string {
		if h := x.Report.Memory.HoursToLimit; h > 0 {
			return format.Hours(h)
		}
		return ""
	}},
}

// targetWord returns the verdict on a target in a word.
func targetWord(x TargetResult) string {
	word := verdictWord(x.Report.Verdict)
	switch {
	case x.Err != "":
		word = "UNOBSERVED"
	case x.Report.Verdict == leak.Undecided && len(x.Report.Suspects) > 0:
		word = "SUSPECT"
	}
	if x.Member.IsGone() {
		word += ", gone"
	}
	return word
}

func restartsText(x TargetResult) string {
	n := x.Member.Compared.Restarts
	if n == 0 {
		return ""
	}
	return strings.TrimSpace(format.Count(n) + " " + format.Clean(x.Member.ExitReason))
}

func newestText(x TargetResult, l profile.Line, unit string) string {
	if v, ok := x.Member.State.Newest(l); ok {
		return format.Value(int64(v), unit)
	}
	return ""
}

// growthText returns the growth of the total of a kind over the whole watch; empty if the target is
// steady.
func growthText(x TargetResult, of profile.Kind, unit string) string {
	if x.Report.Verdict == leak.Steady {
		return ""
	}
	if v, ok := x.Member.State.GrowthPerHour(of, 1<<62); ok {
		return format.Growth(v, unit)
	}
	return ""
}

func memoryText(x TargetResult) string {
	m := x.Report.Memory
	switch {
	case m.Charged == 0, m.ChargedFrom == leak.FromHeap: // the heap is only a part of it
		return ""
	case m.Limit > 0:
		return format.Bytes(m.Charged) + " " + format.Percent(float64(m.Charged)/float64(m.Limit))
	}
	return format.Bytes(m.Charged)
}

// table returns the columns that are not empty, and the cells.
func (r FleetResult) table() (cols []fleetColumn, rows [][]string) {
	nodes := make([]string, len(r.Targets))
	for i, x := range r.Targets {
		nodes[i] = x.Member.Facts.Node
	}
	for i, short := range compare.ShortHosts(nodes) {
		r.Targets[i].node = short
	}
	rows = make([][]string, len(r.Targets))
	for _, c := range fleetColumns {
		cells, filled := make([]string, len(r.Targets)), false
		for i, x := range r.Targets {
			cells[i] = c.of(x)
			filled = filled || cells[i] != ""
		}
		if !filled {
			continue
		}
		cols = append(cols, c)
		for i := range rows {
			rows[i] = append(rows[i], cells[i])
		}
	}
	return cols, rows
}

func writeFleetText(w io.Writer, r FleetResult, on Options) error {
	s := &textWriter{on: on}
	for i, x := range FleetSentences(r.State) {
		word, text := x.Word, x.Text
		if i == 0 {
			word, text = verdictWord(r.Verdict()), format.Clean(r.State.Name)+": "+text
		}
		s.writeSentence(x.Tone, word, text)
	}
	s.WriteByte('\n')
	s.writeTargets(r)
	for _, x := range r.Targets {
		if x.Err != "" {
			s.writeToned(theme.Warn, "unobserved", x.Member.FullName+": "+x.Err)
		}
	}
	for i, x := range r.State.Comparison.Suspects {
		if i < maxFullSuspects {
			s.writeSuspect(x.First)
			s.writeItem("in", r.namesOf(x.Shares))
		}
	}
	if more := len(r.State.Comparison.Suspects) - maxFullSuspects; more > 0 {
		s.writeItem("and", format.Count(more)+" more suspects, which --format json has")
	}
	s.WriteByte('\n')
	s.writeItem("next", r.Next)
	s.writeItem("watched", r.describeWatch())
	_, err := io.WriteString(w, s.String())
	return err
}

// writeTargets writes the table of targets.
func (w *textWriter) writeTargets(r FleetResult) {
	cols, rows := r.table()
	widths := make([]int, len(cols))
	for j, c := range cols {
		widths[j] = format.Width(c.title)
		for _, row := range rows {
			widths[j] = max(widths[j], format.Width(row[j]))
		}
	}
	line := func(tone theme.Tone, cells []string) {
		text := ""
		for j, c := range cells {
			text += "  "
			if cols[j].right {
				text += format.PadLeft(c, widths[j])
			} else {
				text += format.Pad(c, widths[j])
			}
		}
		fmt.Fprintln(w, w.on.Theme.Render(tone, strings.TrimRight(text, " ")))
	}
	heads := make([]string, len(cols))
	for j, c := range cols {
		heads[j] = c.title
	}
	line(theme.Dim, heads)
	for i, row := range rows {
		tone := theme.Plain
		if r.Targets[i].Member.IsGone() {
			tone = theme.Dim
		}
		line(tone, row)
	}
}

// describeWatch says what the verdict is based on.
func (r FleetResult) describeWatch() string {
	from, to := r.watchSpan()
	polls, cost := 0, 0.0
	for _, x := range r.Targets {
		polls += x.Polls
		cost = max(cost, x.Cost)
	}
	text := fmt.Sprintf("%s, %s of %s %s", describeSpan(from, to), CountPolls(polls), format.Count(len(r.Targets)), FleetNoun(r.State, len(r.Targets)))
	if cost > 0 {
		text += fmt.Sprintf(", which cost each at most %s of a core", format.Percent(cost))
	}
	return text
}

func writeFleetMarkdown(w io.Writer, r FleetResult, _ Options) error {
	var b strings.Builder
	sentences := FleetSentences(r.State)
	fmt.Fprintf(&b, "## %s: %s %s\n\n", verdictWord(r.Verdict()), format.Markdown(r.State.Name), format.Markdown(sentences[0].Text))
	for _, x := range sentences[1:] {
		fmt.Fprintf(&b, "- **%s** %s\n", format.Markdown(x.Word), format.Markdown(x.Text))
	}
	cols, rows := r.table()
	b.WriteString("\n|")
	for _, c := range cols {
		b.WriteString(" " + c.title + " |")
	}
	b.WriteString("\n|")
	for _, c := range cols {
		b.WriteString(map[bool]string{true: "---:|", false: "---|"}[c.right])
	}
	b.WriteByte('\n')
	for _, row := range rows {
		b.WriteByte('|')
		for _, c := range row {
			b.WriteString(" " + format.Markdown(c) + " |")
		}
		b.WriteByte('\n')
	}
	b.WriteByte('\n')
	for i, x := range r.State.Comparison.Suspects {
		if i < maxFullSuspects {
			markdownSuspect(&b, i+1, x.First)
			fmt.Fprintf(&b, "- **In:** %s\n\n", format.Markdown(r.namesOf(x.Shares)))
		}
	}
	for _, x := range r.Targets {
		if x.Err != "" {
			fmt.Fprintf(&b, "- **Unobserved:** %s: %s\n", format.Markdown(x.Member.FullName), format.Markdown(x.Err))
		}
	}
	if r.Next != "" {
		fmt.Fprintf(&b, "- **Next:** %s\n", format.Markdown(r.Next))
	}
	fmt.Fprintf(&b, "- **Watched:** %s\n", format.Markdown(r.describeWatch()))
	_, err := io.WriteString(w, b.String())
	return err
}
