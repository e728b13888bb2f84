package report

import (
	"fmt"
	"io"

	"github.com/leaktop/leaktop/ui/theme"
)

// Options is how a report for people looks.
type Options struct {
	Width int // columns to wrap text at
	Theme theme.Theme
}

// output is one way to write a result.
type output struct {
	name  string
	write func(w io.Writer, r Result, on Options) error
}

// formats is the table of them; the first is the default.
var formats = []output{
	{"text", writeText},
	{"json", writeJSON},
	{"markdown", writeMarkdown},
}

// Formats are the names of the formats, the default first.
func Formats() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name
	}
	return names
}

// Write writes a report in a format, one of [Formats].
func Write(w io.Writer, format string, r Result, o Options) error {
	for _, f := range formats {
		if f.name == format {
			return f.write(w, r, o)
		}
	}
	return fmt.Errorf("write report: no format %q", format)
}
