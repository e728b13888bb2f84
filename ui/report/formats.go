package report

import (
	"fmt"
	"io"

	"github.com/leaktop/leaktop/ui/theme"
)

// Options control the appearance of a report.
type Options struct {
	Width int // columns to wrap text at
	Theme theme.Theme
}

// formatWriter is one way to write a result.
type formatWriter struct {
	name  string
	write func(w io.Writer, r Result, on Options) error
}

// formats has all formats; the first is the default.
var formats = []formatWriter{
	{"text", writeText},
	{"json", writeJSON},
	{"markdown", writeMarkdown},
	{"junit", writeJUnit},
}

// Formats returns the names of the formats, the default first.
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
