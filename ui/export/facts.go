package export

import (
	"fmt"
	"strings"
	"time"

	"github.com/leaktop/leaktop/ui/format"
)

// Names of facts whose text is meant to be copied.
const (
	FactWhere     = "where"
	FactReproduce = "reproduce"
)

// Fact is one line about the origin of a document.
type Fact struct{ Name, Text string }

// Facts lists the target, the time, what the values are and how they were
// selected. Every format includes them.
func (d *Document) Facts() []Fact {
	var out []Fact
	add := func(name, text string) {
		if text != "" {
			out = append(out, Fact{name, text})
		}
	}
	add("target", d.Target)
	add("go", d.GoVersion)
	if !d.Time.IsZero() {
		add("time", formatTime(d.Time))
	}
	if d.Watched > 0 {
		add("watched", format.Duration(d.Watched))
	}
	add("view", strings.Join(d.Path, " › "))
	v := d.View
	if v.Profile != "" {
		text := format.Sample(v.Profile, v.SampleType)
		if v.Unit != "" && v.Unit != "count" {
			text += " (" + v.Unit + ")"
		}
		add("values", text)
	}
	if !v.Baseline.IsZero() {
		add("baseline", "differences from "+formatTime(v.Baseline))
	}
	add("filter", v.Filter)
	if v.Sort != "" {
		order := "smallest first"
		if v.Descending {
			order = "largest first"
		}
		add("sorted by", v.Sort+", "+order)
	}
	if v.Window > 0 {
		add("window", "the last "+format.Duration(v.Window))
	} else {
		add("window", "the whole watch")
	}
	if v.Paused {
		add("paused", "the screen was frozen at that time")
	}
	return out
}

// formatTime formats a time with its zone, for readers in another zone.
func formatTime(t time.Time) string { return t.Format("2006-01-02 15:04:05 -0700") }

// sanitize makes all untrusted text of the document safe to show.
func (d *Document) sanitize() {
	for _, s := range []*string{&d.Title, &d.Target, &d.GoVersion, &d.View.Profile, &d.View.SampleType, &d.View.Unit, &d.View.Filter, &d.View.Sort} {
		*s = format.Clean(*s)
	}
	cleanAll(d.Path)
	cleanAll(d.Warnings)
	for i := range d.Verdict {
		d.Verdict[i].Head, d.Verdict[i].Text = format.Clean(d.Verdict[i].Head), format.Clean(d.Verdict[i].Text)
	}
	for i := range d.Incident {
		d.Incident[i] = Fact{format.Clean(d.Incident[i].Name), format.Clean(d.Incident[i].Text)}
	}
	for i := range d.Text {
		lines := strings.Split(strings.ReplaceAll(d.Text[i].Text, "\t", "    "), "\n")
		cleanAll(lines)
		d.Text[i].Head, d.Text[i].Text = format.Clean(d.Text[i].Head), strings.Join(lines, "\n")
	}
	for i := range d.Charts {
		c := &d.Charts[i]
		c.Title, c.Value, c.Unit = format.Clean(c.Title), format.Clean(c.Value), format.Clean(c.Unit)
		for j := range c.Data.Marks {
			c.Data.Marks[j].Label = format.Clean(c.Data.Marks[j].Label)
		}
	}
	for _, t := range d.Tables {
		for _, row := range t.Rows {
			for j := range row {
				if len(row[j].Spark) > 0 {
					continue // its text is not written
				}
				row[j].Text, row[j].Unit = format.Clean(row[j].Text), format.Clean(row[j].Unit)
			}
		}
	}
}

func cleanAll(text []string) {
	for i := range text {
		text[i] = format.Clean(text[i])
	}
}

// factLines returns the facts as lines, after a title.
func (d *Document) factLines() []string {
	out := []string{fmt.Sprintf("leaktop %s", d.Title)}
	for _, f := range d.Facts() {
		out = append(out, f.Name+": "+f.Text)
	}
	return out
}
