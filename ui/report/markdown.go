package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/format"
)

// writeMarkdown writes a report to paste into an incident or a job summary.
func writeMarkdown(w io.Writer, r Result, _ Options) error {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s: %s %s\n\n", verdictWord(r.Report.Verdict), format.Markdown(r.Target), describeVerdict(r))
	s, others := pickSuspects(r.Report.Suspects)
	if len(s) > 0 {
		b.WriteString("| | Function | Growth per hour | Share | Cause |\n|---|---|---:|---:|---|\n")
		for _, x := range s {
			fmt.Fprintf(&b, "| %s | %s | +%s | %s | %s |\n", SuspectWord(x), format.MarkdownCode(orDash(x.Function)),
				format.Value(x.GrowthPerHour, x.Unit)+unitSuffix(x.Unit), format.Percent(x.Share), format.Markdown(x.Cause))
		}
		b.WriteByte('\n')
		for i, x := range s {
			markdownSuspect(&b, i+1, x)
		}
	}
	markdownRetained(&b, r.Report.Retained)
	item := func(label, text string) {
		if text != "" {
			fmt.Fprintf(&b, "- **%s:** %s\n", label, format.Markdown(text))
		}
	}
	item("And", others)
	if len(r.Report.Suspects) == 0 {
		for _, a := range r.Report.LookAlikes {
			item("Seen", a.String())
		}
	}
	for _, x := range r.Held {
		item("Goroutines", x)
	}
	for _, g := range describeGrowth(r.Report) {
		item("Grew", g)
	}
	item("Caveat", r.Report.Caveat.String())
	item("History", DescribePast(r.Past))
	item("Next", r.Next)
	for _, x := range describeIgnored(r.Report) {
		item("Ignored", x)
	}
	for _, x := range describeWithdrawn(r.Report) {
		item("Withdrawn", x)
	}
	for _, x := range describeProcesses(r.Report) {
		item("Process", x)
	}
	item("Memory", describeMemory(r))
	item("Watched", DescribeWatch(r))
	for _, d := range r.Report.Diagnostics {
		item(format.Capitalize(diagnosticHead(d).Word), d.String())
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func markdownSuspect(b *strings.Builder, n int, x leak.Suspect) {
	fmt.Fprintf(b, "### %d. %s\n\n", n, format.Markdown(x.Sentence))
	item := func(label, text string) {
		if text != "" {
			fmt.Fprintf(b, "- **%s:** %s\n", label, text)
		}
	}
	if x.Function != "" {
		item("Where", strings.TrimSpace(format.MarkdownCode(x.Function)+" "+format.MarkdownCode(DescribePlace(x))))
	}
	item("Rate", format.Markdown(DescribeRate(x)))
	item("Began", format.Markdown(DescribeOnset(x, time.UTC)))
	item("Cause", format.Markdown(x.Cause))
	item("Fix", format.Markdown(x.Fix))
	item("Because", format.Markdown(strings.Join(ListEvidence(x), "; ")))
	item("Unless", format.Markdown(strings.Join(x.Disproof, "; ")))
	if len(x.Stack) > 0 {
		b.WriteString("\n<details><summary>Stack, leaf first</summary>\n\n")
		for _, f := range x.Stack {
			// Four spaces make a code block whatever the name contains.
			b.WriteString("    " + format.Clean(f) + "\n")
		}
		b.WriteString("\n</details>\n")
	}
	b.WriteByte('\n')
}

// markdownRetained writes the table of what remained after loads.
func markdownRetained(b *strings.Builder, stays []leak.Retained) {
	if len(stays) == 0 {
		return
	}
	heads, rows := retainedTable(stays)
	b.WriteString("| " + strings.Join(heads, " | ") + " |\n|---" + strings.Repeat("|---:", len(heads)-2) + "|---|\n")
	for _, r := range rows {
		r[0] = format.MarkdownCode(r[0])
		b.WriteString("| " + strings.Join(r, " | ") + " |\n")
	}
	b.WriteByte('\n')
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
