package export

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile/trend"
	"github.com/leaktop/leaktop/ui/chart"
)

type jsonView struct {
	Profile    string    `json:"profile,omitempty"`
	SampleType string    `json:"sampleType,omitempty"`
	Unit       string    `json:"unit,omitempty"`
	Filter     string    `json:"filter,omitempty"`
	Sort       string    `json:"sort,omitempty"`
	Descending bool      `json:"descending,omitempty"`
	Baseline   time.Time `json:"baseline,omitzero"`
	Window     float64   `json:"windowSeconds,omitempty"`
	Paused     bool      `json:"paused,omitempty"`
}

type jsonSentence struct {
	Head string `json:"head,omitempty"`
	Text string `json:"text"`
}

type jsonChart struct {
	Title  string       `json:"title"`
	Unit   string       `json:"unit"`
	Limit  float64      `json:"limit,omitempty"`
	Series []jsonSeries `json:"series"`
	Marks  []jsonMark   `json:"marks,omitempty"`
}

type jsonSeries struct {
	Name   string      `json:"name"`
	Points []jsonPoint `json:"points"`
}

// jsonPoint is a point with the number of its segment. Points of different
// segments are not connected.
type jsonPoint struct {
	Time    time.Time `json:"t"`
	Value   float64   `json:"v"`
	Segment int       `json:"segment,omitempty"`
}

type jsonMark struct {
	Time  time.Time `json:"t"`
	Label string    `json:"label"`
}

// jsonColumn has the unit of a column's values. If units differ by row, each row
// has the unit in a member named after the column, plus "Unit".
type jsonColumn struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Unit  string `json:"unit,omitempty"`
}

// field is one member of the file's top-level object.
type field struct {
	name  string
	value any
}

// writeJSON writes the document for programs: one object, with a line for each
// member and for each row of a table. Numbers are in base units, times in RFC
// 3339.
func writeJSON(w io.Writer, d *Document) error {
	v := d.View
	view := jsonView{
		v.Profile, v.SampleType, v.Unit, v.Filter, v.Sort, v.Descending, v.Baseline, v.Window.Seconds(), v.Paused,
	}
	fields := []field{
		{"title", d.Title},
		{"path", d.Path},
		{"target", d.Target},
		{"goVersion", d.GoVersion},
		{"time", d.Time},
		{"watchedSeconds", d.Watched.Seconds()},
		{"view", view},
		{"verdict", mapSlice(d.Verdict, func(s Sentence) jsonSentence { return jsonSentence{s.Head, s.Text} })},
		{"warnings", mapSlice(d.Warnings, func(s string) string { return s })},
		{"charts", mapSlice(d.Charts, jsonOfChart)},
		{"text", mapSlice(d.Text, func(p Paragraph) jsonSentence { return jsonSentence{p.Head, p.Text} })},
	}
	if d.Flame != nil {
		fields = append(fields, field{"flame", d.Flame})
	}
	out := bufio.NewWriter(w)
	out.WriteString("{\n\"schema\": 1")
	for _, f := range fields {
		text, err := jsonText(f.value)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, ",\n%q: %s", f.name, text)
	}
	out.WriteString(",\n\"tables\": [")
	for i := range d.Tables {
		if i > 0 {
			out.WriteString(",")
		}
		if err := jsonTable(out, &d.Tables[i]); err != nil {
			return err
		}
	}
	out.WriteString("]\n}\n")
	return out.Flush()
}

// mapSlice maps a list. The result is never nil, so JSON has [] instead of null.
func mapSlice[A, B any](in []A, f func(A) B) []B {
	out := make([]B, len(in))
	for i := range in {
		out[i] = f(in[i])
	}
	return out
}

// jsonText encodes a value on one line, without escaping HTML.
func jsonText(v any) (string, error) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return strings.TrimSuffix(b.String(), "\n"), err
}

func jsonOfChart(c Chart) jsonChart {
	out := jsonChart{Title: c.Title, Unit: c.Unit, Limit: trend.FiniteOrZero(c.Data.Limit)}
	for i, line := range [][][]chart.Point{c.Data.Line, c.Data.Other} {
		name := []string{c.LineName, c.OtherName}[i]
		if name == "" && len(line) == 0 {
			continue
		}
		s := jsonSeries{Name: name, Points: []jsonPoint{}}
		for n, seg := range line {
			for _, p := range seg {
				s.Points = append(s.Points, jsonPoint{p.T, trend.FiniteOrZero(p.V), n})
			}
		}
		out.Series = append(out.Series, s)
	}
	for _, m := range c.Data.Marks {
		out.Marks = append(out.Marks, jsonMark{m.T, m.Label})
	}
	return out
}

func jsonTable(out *bufio.Writer, t *Table) error {
	units := t.columnUnits()
	columns := make([]jsonColumn, len(t.Columns))
	for j, c := range t.Columns {
		columns[j] = jsonColumn{ID: c.ID, Title: c.Title}
		if !units[j].mixed {
			columns[j].Unit = units[j].name
		}
	}
	title, err1 := jsonText(t.Title)
	cols, err2 := jsonText(columns)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	fmt.Fprintf(out, "{\"title\": %s, \"columns\": %s, \"rows\": [", title, cols)
	var b []byte
	for i, row := range t.Rows {
		var err error
		if b, err = t.jsonRow(b[:0], row, units); err != nil {
			return err
		}
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteByte('\n')
		out.Write(b)
	}
	out.WriteString("\n]}")
	return nil
}

// jsonRow appends a row: an object with a member for each known value.
func (t *Table) jsonRow(b []byte, row []Cell, units []unit) ([]byte, error) {
	b = append(b, '{')
	member := func(name string) {
		if len(b) > 1 {
			b = append(b, ',', ' ')
		}
		b = append(strconv.AppendQuote(b, name), ':', ' ')
	}
	for j, c := range row {
		id := t.Columns[j].ID
		switch {
		case c.Unit != "":
			member(id)
			b = strconv.AppendFloat(b, trend.FiniteOrZero(c.Value), 'f', -1, 64)
			if units[j].mixed {
				name, err := json.Marshal(c.Unit)
				if err != nil {
					return b, err
				}
				member(id + "Unit")
				b = append(b, name...)
			}
		case len(c.Spark) > 0:
			member(id)
			b = append(b, '[')
			for k, v := range c.Spark {
				if k > 0 {
					b = append(b, ',')
				}
				b = strconv.AppendFloat(b, trend.FiniteOrZero(v), 'f', -1, 64)
			}
			b = append(b, ']')
		case c.Text != "" && units[j].name == "":
			text, err := json.Marshal(c.Text)
			if err != nil {
				return b, err
			}
			member(id)
			b = append(b, text...)
		}
	}
	return append(b, '}'), nil
}
