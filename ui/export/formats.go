package export

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// Format is one form of file.
type Format struct {
	Ext   string // the ending of its files' names: ".md"
	About string // what it is for, in a few words
	// Needs says why a document can't be written so, empty if it can.
	Needs func(d *Document) string
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

// For finds the format of a file by the ending of its name.
func For(name string) (Format, bool) {
	for _, f := range Formats {
		if strings.HasSuffix(strings.ToLower(name), f.Ext) {
			return f, true
		}
	}
	return Format{}, false
}

// Instead says what to take for a form of file that is not written here, empty if
// there is nothing to say of it. Drawing pixels, or a graph without Graphviz, would
// make the program larger by a third.
func Instead(name string) string {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf":
		return "No pixels are drawn here: .svg has the charts or the flame graph, .dot the call graph (dot -Tpng makes a picture of it; w shows it in a browser)."
	case ".pb", ".pprof", ".prof":
		return "A profile is written as .pb.gz: go tool pprof opens it."
	}
	return ""
}

// WriteTo writes a document in a format. What came from outside is made safe
// first, in the document itself.
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
		return "there is no table on this page: .txt, .md and .html have its text"
	}
	return ""
}

func picture(d *Document) string {
	if len(d.Charts) == 0 && d.Flame == nil {
		return "there is no chart yet: the first needs a profile"
	}
	return ""
}

func profiled(d *Document) string {
	if d.Profile == nil {
		return "there is no profile under this page: Functions, Stacks and Goroutines have one"
	}
	if d.Profile.Empty() {
		return "no stack of the " + string(d.Profile.Kind) + " profile is among what is shown"
	}
	return ""
}
