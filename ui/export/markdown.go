package export

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/leaktop/leaktop/ui/chart"
	"github.com/leaktop/leaktop/ui/format"
)

// markdownRows bounds a table, to keep a pasted report readable.
const markdownRows = 50

// writeMarkdown writes the document in GitHub's Markdown, which other trackers
// and chats render well enough. It begins with what an incident report needs first.
func writeMarkdown(w io.Writer, d *Document) error {
	out := bufio.NewWriter(w)
	p := func(f string, args ...any) { fmt.Fprintf(out, f+"\n", args...) }
	for _, s := range d.Verdict {
		if s.Head == "" {
			p("- %s", format.Markdown(s.Text))
		} else {
			p("- **%s** %s", format.Markdown(s.Head), format.Markdown(s.Text))
		}
	}
	if len(d.Verdict) > 0 {
		p("")
	}
	for _, f := range d.Incident {
		p("- **%s:** %s", format.Markdown(f.Name), markdownFact(f))
	}
	for _, s := range d.Warnings {
		p("- **warning** %s", format.Markdown(s))
	}
	if len(d.Incident)+len(d.Warnings) > 0 {
		p("")
	}
	p("## leaktop: %s of %s\n", format.Markdown(d.Title), format.Markdown(d.Target))
	for _, c := range d.Charts {
		spark := chart.Spark(chart.Buckets(joinSegments(c.Data.Line), axisEnd(c), axisLength(c), 32), 32)
		p("- %s: %s `%s`", format.Markdown(c.Title), format.Markdown(c.Value), strings.TrimSpace(spark))
	}
	if len(d.Charts) > 0 {
		p("")
	}
	for _, t := range d.Text {
		if t.IsCode {
			p("%s\n\n%s\n", format.Markdown(t.Head), codeBlock(t.Text))
		} else {
			p("**%s** %s\n", format.Markdown(t.Head), format.Markdown(t.Text))
		}
	}
	for i := range d.Tables {
		markdownTable(p, &d.Tables[i])
	}
	var facts []string
	for _, f := range d.Facts() {
		facts = append(facts, format.Markdown(f.Name+" "+f.Text))
	}
	p("%s", strings.Join(facts, " · "))
	return out.Flush()
}

// markdownFact returns the text of a fact, as code if it is meant to be typed or
// opened.
func markdownFact(f Fact) string {
	if f.Name == FactWhere || f.Name == FactReproduce {
		return format.MarkdownCode(f.Text)
	}
	return format.Markdown(f.Text)
}

func markdownTable(p func(string, ...any), t *Table) {
	if t.Title != "" {
		p("**%s**\n", format.Markdown(t.Title))
	}
	if len(t.Rows) == 0 {
		p("%s\n", format.Markdown(t.Empty))
		return
	}
	head, rule := "|", "|"
	for _, c := range t.Columns {
		head += " " + format.Markdown(c.Title) + " |"
		if c.AlignRight {
			rule += "---:|"
		} else {
			rule += "---|"
		}
	}
	p("%s\n%s", head, rule)
	for _, row := range t.Rows[:min(len(t.Rows), markdownRows)] {
		line := "|"
		for j, c := range row {
			text := cellText(c)
			if t.Columns[j].ID == "name" && text != "" {
				text = format.MarkdownCode(text)
			} else {
				text = format.Markdown(text)
			}
			line += " " + text + " |"
		}
		p("%s", line)
	}
	p("")
	if more := len(t.Rows) - markdownRows; more > 0 {
		p("%s more rows: export as .csv, .json or .txt for all of them.\n", format.Count(more))
	}
}

// codeBlock returns text as a fenced code block.
func codeBlock(s string) string {
	fence := "```"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	return fence + "\n" + s + "\n" + fence
}
