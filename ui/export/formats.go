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
	Ext     string // file name extension: ".md"
	Purpose string // what it is for, in a few words
	// WhyNot returns why a document cannot be written in this format, or "".
	WhyNot func(d *Document) string
	// Write writes a document whose text is clean. Use [Format.WriteTo].
	Write func(w io.Writer, d *Document) error
}

// Formats is the table of formats, in the order in which they are offered.
var Formats = []Format{
	{".txt", "as on screen", needsNothing, writeText},
	{".md", "to paste into an incident", needsNothing, writeMarkdown},
	{".csv", "the table, for a spreadsheet", needsTable, writeCSV},
	{".json", "everything, for programs", needsNothing, writeJSON},
	{".html", "one page with charts or the flame graph, for a browser", needsNothing, writeHTML},
	{".graph.svg", "the call graph as pprof draws it, to zoom into", needsProfile, writeGraphSVG},
	{".png", "the call graph as a picture", needsProfile, writeGraphPNG},
	{".svg", "the charts or the flame graph as a picture", needsPicture, writeSVG},
	{".pb.gz", "the profile, for go tool pprof", needsProfile, writeProfile},
	{".folded", "folded stacks, for flame graph tools", needsProfile, writeFolded},
	{".dot", "the call graph, for Graphviz", needsProfile, writeDot},
}

// FormatOf returns the format for the extension of a file name.
func FormatOf(name string) (Format, bool) {
	for _, f := range Formats {
		if strings.HasSuffix(strings.ToLower(name), f.Ext) {
			return f, true
		}
	}
	return Format{}, false
}

// Alternative suggests an alternative to a format that leaktop does not write, or
// returns "".
func Alternative(name string) string {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".jpg", ".jpeg", ".gif", ".webp", ".pdf":
		return "Pictures are written as .png and .graph.svg, of the call graph, and as .svg, of the charts or the flame graph."
	case ".pb", ".pprof", ".prof":
		return "Profiles are written as .pb.gz, which go tool pprof opens."
	}
	return ""
}

// WriteTo writes a document in the format. It first makes untrusted text safe,
// in the document itself.
func (f Format) WriteTo(w io.Writer, d *Document) error {
	if why := f.WhyNot(d); why != "" {
		return errors.New(why)
	}
	d.sanitize()
	if err := f.Write(w, d); err != nil {
		return fmt.Errorf("write %s: %w", f.Ext, err)
	}
	return nil
}

func needsNothing(*Document) string { return "" }

func needsTable(d *Document) string {
	if len(d.Tables) == 0 {
		return "this page has no table; for its text use .txt, .md or .html"
	}
	return ""
}

func needsPicture(d *Document) string {
	if len(d.Charts) == 0 && d.Flame == nil {
		return "there is no chart yet: it appears with the first profile"
	}
	return ""
}

func needsProfile(d *Document) string {
	if d.Profile == nil {
		return "this page has no profile; Functions, Stacks and Goroutines have one"
	}
	if d.Profile.IsEmpty() {
		return "no stack of the " + string(d.Profile.Kind) + " profile matches what is shown"
	}
	return ""
}
