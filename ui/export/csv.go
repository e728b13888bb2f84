package export

import (
	"bufio"
	"encoding/csv"
	"io"
	"strconv"
	"strings"
)

// writeCSV writes the tables (RFC 4180). Numbers are in base units, named in the
// column's title, or in a column of their own if they differ by row. Facts come
// first, in lines that begin with "#".
func writeCSV(w io.Writer, d *Document) error {
	buf := bufio.NewWriter(w)
	for _, c := range d.factLines() {
		buf.WriteString("# " + c + "\n")
	}
	for _, s := range d.Warnings {
		buf.WriteString("# warning: " + s + "\n")
	}
	for _, s := range d.Verdict {
		buf.WriteString("# " + strings.TrimSpace(s.Head+" "+s.Text) + "\n")
	}
	out := csv.NewWriter(buf)
	for i := range d.Tables {
		if i > 0 {
			out.Flush()
			buf.WriteString("\n")
		}
		if err := csvTable(out, &d.Tables[i]); err != nil {
			return err
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return err
	}
	return buf.Flush()
}

func csvTable(out *csv.Writer, t *Table) error {
	units := t.columnUnits()
	var head []string
	for j, c := range t.Columns {
		switch u := units[j]; {
		case u.mixed:
			head = append(head, c.ID, c.ID+" unit")
		case u.name != "":
			head = append(head, c.ID+" ("+u.name+")")
		default:
			head = append(head, c.ID)
		}
	}
	if err := out.Write(head); err != nil {
		return err
	}
	record := make([]string, 0, len(head))
	for _, row := range t.Rows {
		record = record[:0]
		for j, c := range row {
			record = append(record, csvCell(c, units[j]))
			if units[j].mixed {
				record = append(record, c.Unit)
			}
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	return nil
}

func csvCell(c Cell, u unit) string {
	switch {
	case c.Unit != "":
		return formatNumber(c.Value)
	case len(c.Spark) > 0:
		all := make([]string, len(c.Spark))
		for i, v := range c.Spark {
			all[i] = formatNumber(v)
		}
		return strings.Join(all, " ")
	case u.name != "" || u.mixed:
		return "" // an unknown number
	}
	return escapeFormula(c.Text)
}

// escapeFormula quotes text that a spreadsheet would evaluate as a formula (OWASP, CSV
// Injection), or that a reader would mistake for a "#" line.
func escapeFormula(s string) string {
	if s != "" && strings.ContainsRune("=+-@#", rune(s[0])) {
		return "'" + s
	}
	return s
}

func formatNumber(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// unit is the unit of a column; the zero unit is that of text.
type unit struct {
	name  string
	mixed bool // units differ by row
}

// columnUnits finds the unit of each column.
func (t *Table) columnUnits() []unit {
	out := make([]unit, len(t.Columns))
	for _, row := range t.Rows {
		for j, c := range row {
			switch u := &out[j]; {
			case c.Unit == "":
			case u.name == "":
				u.name = c.Unit
			case u.name != c.Unit:
				u.mixed = true
			}
		}
	}
	return out
}
