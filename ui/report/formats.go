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

// formatWriter writes results in one format.
type formatWriter struct {
	name       string
	write      func(w io.Writer, r Result, on Options) error
	writeFleet func(w io.Writer, r FleetResult, on Options) error
}

// formats has all formats; the first is the default.
var formats = []formatWriter{
	{"text", writeText, writeFleetText},
	{"json", writeJSON, writeFleetJSON},
	{"markdown", writeMarkdown, writeFleetMarkdown},
	{"junit", writeJUnit, writeFleetJUnit},
}

// Formats returns the names of the formats, the default first.
func Formats() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name
	}
	return names
}

// Write writes a report on one target in a format, one of [Formats].
func Write(w io.Writer, format string, r Result, o Options) error {
	f, err := findFormat(format)
	if err != nil {
		return err
	}
	return f.write(w, r, o)
}

// WriteFleet writes a report on a fleet in a format, one of [Formats].
func WriteFleet(w io.Writer, format string, r FleetResult, o Options) error {
	f, err := findFormat(format)
	if err != nil {
		return err
	}
	return f.writeFleet(w, r, o)
}

func findFormat(name string) (formatWriter, error) {
	for _, f := range formats {
		if f.name == name {
			return f, nil
		}
	}
	return formatWriter{}, fmt.Errorf("write report: no format %q", name)
}
