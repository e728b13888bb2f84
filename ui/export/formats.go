package export

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// Format is a file format.
type Format struct {
	Ext   string // file name extension: ".md"
	About string // what it is for, in a few words
	// Needs returns why a document cannot be written in this format, or "".
	Needs func(d *Document) string
	// Write writes a document whose text is clean. Use [Format.WriteTo].
	Write func(w io.Writer, d *Document) error
}

// Formats is the table of formats, in the order in which they are offered.
var Formats = []Format{
	{".txt", "as on screen", anything, writeText},
	{".md", "to paste into an incident", anything, writeMarkdown},
	{".csv", "the table, for a spreadsheet", table, writeCSV},
	{".json", "everything, for programs", anything, writeJSON},
	{".html", "one page with charts or the flame graph, for a browser", anything, writeHTML},
	{".svg", "the charts or the flame graph as a picture", picture, writeSVG},
	{".pb.gz", "the profile, for go tool pprof", profiled, writeProfile},
	{".folded", "folded stacks, for flame graph tools", profiled, writeFolded},
	{".dot", "the call graph, for Graphviz", profiled, writeDot},
}

// For returns the format that the extension of a file name selects.
func For(name string) (Format, bool) {
	for _, f := range Formats {
		if strings.HasSuffix(strings.ToLower(name), f.Ext) {
			return f, true
		}
	}
	return Format{}, false
}

// Instead suggests an alternative to a format that leaktop does not write, or
// returns "". Drawing pixels, or laying out a graph without Graphviz, would make
// the program a third larger.
func Instead(name string) string {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf":
		return "leaktop does not write bitmaps: use .svg for the charts or the flame graph, .dot for the call graph (dot -Tpng converts it; w shows it in a browser)."
	case ".pb", ".pprof", ".prof":
		return "Profiles are written as .pb.gz, which go tool pprof opens."
	}
	return ""
}

// WriteTo writes a document in the format. It first makes untrusted text safe,
// in the document itself.
func (f Format) WriteTo(w io.Writer, d *Document) error {
	if why := f.Needs(d); why != "" {
		return errors.New(why)
	}
	d.clean()
	if err := f.Write(w, d); err != nil {
		return fmt.Errorf("write %s: %w", f.Ext, err)
	}
	return nil
}

func anything(*Document) string { return "" }

func table(d *Document) string {
	if len(d.Tables) == 0 {
		return "this page has no table: use .txt, .md or .html for its text"
	}
	return ""
}

func picture(d *Document) string {
	if len(d.Charts) == 0 && d.Flame == nil {
		return "there is no chart yet: it appears with the first profile"
	}
	return ""
}

func profiled(d *Document) string {
	if d.Profile == nil {
		return "this page has no profile: Functions, Stacks and Goroutines have one"
	}
	if d.Profile.Empty() {
		return "no stack of the " + string(d.Profile.Kind) + " profile matches what is shown"
	}
	return ""
}
