package check

import (
	"io"

	"github.com/leaktop/leaktop/ui/theme"
)

// paper is what a report is written on.
type paper struct {
	width int // columns to wrap text at
	theme theme.Theme
}

// output is one way to write a result.
type output struct {
	name  string
	write func(w io.Writer, r result, on paper) error
}

// formats is the table of them; the first is the default.
var formats = []output{
	{"text", writeText},
	{"json", writeJSON},
	{"markdown", writeMarkdown},
}

// Formats are the names of what [Options].Format can be, the default first.
func Formats() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name
	}
	return names
}

func writerOf(name string) (output, bool) {
	for _, f := range formats {
		if f.name == name {
			return f, true
		}
	}
	return output{}, false
}
