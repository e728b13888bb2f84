package ui

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/events"
	"github.com/leaktop/leaktop/ui/tui/evidence"
	"github.com/leaktop/leaktop/ui/tui/growing"
	"github.com/leaktop/leaktop/ui/tui/memory"
)

// openBundle asks where to save everything known as one file, for later analysis.
func (a exportAction) openBundle() tea.Cmd {
	name := a.fileName("evidence")
	d, vc, w := a.newDocument("Evidence"), *a.vc, a.session
	bundle := export.Format{
		Ext: ".tar.gz", Purpose: "one archive: its README.txt says how to open each file",
		WhyNot: func(*export.Document) string { return "" },
		Write: func(out io.Writer, d *export.Document) error {
			members, err := evidenceFiles(d, &vc, w)
			if err != nil {
				return err
			}
			return export.WriteBundle(out, name, d.Time, members)
		},
	}
	return a.overlays.OpenSave("Write the evidence: report, profiles, recording", name+bundle.Ext, a.width, func() (export.Document, []export.Format) {
		addReport(&d, &vc)
		return d, []export.Format{bundle}
	})
}

// addReport adds what all panes show to a document: each suspect with its evidence,
// what grows, the memory and the events.
func addReport(d *export.Document, vc *tui.ViewContext) {
	d.Path = nil
	for i, s := range vc.State.Report.Suspects {
		var one export.Document
		pageDocument(evidence.New(vc, s))(&one)
		if len(one.Text) > 0 {
			one.Text[0].Head = fmt.Sprintf("suspect %d, %s", i+1, one.Text[0].Head)
		}
		d.Charts = append(d.Charts, one.Charts...)
		d.Text = append(d.Text, one.Text...)
		for _, t := range one.Tables {
			t.Title = "Stack of " + s.Label() + ", leaf first"
			d.Tables = append(d.Tables, t)
		}
	}
	pages := []struct {
		title string
		of    tui.Page
	}{{"What grows", growing.New(vc)}, {"Memory", memory.New(vc)}, {"Events", events.New(vc)}}
	for _, p := range pages {
		if l, ok := p.of.(tui.Filler); ok {
			l.FillNow()
		}
		one := export.Document{View: d.View}
		pageDocument(p.of)(&one)
		d.Text = append(d.Text, one.Text...)
		for _, t := range one.Tables {
			t.Title = p.title
			d.Tables = append(d.Tables, t)
		}
	}
}

// evidenceFiles returns the files of the bundle.
func evidenceFiles(d *export.Document, vc *tui.ViewContext, w *session.Session) ([]export.Member, error) {
	out, err := reportFiles(d)
	if err != nil {
		return nil, err
	}
	all, err := w.Captures()
	if err != nil {
		return nil, fmt.Errorf("read the profiles: %w", err)
	}
	for _, c := range all {
		for i, one := range []profile.Capture{c.First, c.Newest} {
			name := fmt.Sprintf("profiles/%s-%s.pb.gz", slugOf(string(c.Kind), 40), []string{"first", "last"}[i])
			out = append(out, export.Member{Name: name, Data: one.Data})
		}
	}
	if r := vc.State.Recording; r != nil {
		out = append(out, export.Member{Name: "recording.tar", Path: r.Path})
	} else if rec, ok := w.Source.(*source.Recorded); ok && rec.Archive() != nil {
		out = append(out, export.Member{Name: "recording.tar", From: rec.Archive()})
	}
	readme := export.Member{Name: "README.txt", Data: []byte(howToOpen(d, out))}
	return append([]export.Member{readme}, out...), nil
}

// reportFiles returns a document in the formats meant for people.
func reportFiles(d *export.Document) (out []export.Member, err error) {
	for _, ext := range []string{".md", ".html"} {
		f, _ := export.FormatOf(ext)
		var b bytes.Buffer
		if err := f.WriteTo(&b, d); err != nil {
			return nil, err
		}
		out = append(out, export.Member{Name: "report" + ext, Data: b.Bytes()})
	}
	return out, nil
}

// memberTexts explains each file of a bundle and how to open it.
var memberTexts = []struct {
	name, text string
	commands   []string
}{
	{"report.md", "The verdict, the suspects with their evidence, the memory and the events, as text.", nil},
	{"report.html", "The same with charts: open it in a browser. It loads nothing from elsewhere.", nil},
	{
		"profiles/", "The first and the last profile of the watch, as the service sent them.",
		[]string{
			"go tool pprof profiles/heap-last.pb.gz",
			"go tool pprof -diff_base profiles/heap-first.pb.gz profiles/heap-last.pb.gz",
			"leaktop profiles/",
		},
	},
	{
		"recording.tar", "Every profile up to the moment of writing, in a plain tar. If the file is cut short, leaktop reads the complete entries.",
		[]string{"leaktop recording.tar", "leaktop check recording.tar"},
	},
}

func howToOpen(d *export.Document, members []export.Member) string {
	var b strings.Builder
	b.WriteString("Evidence about a Go service, collected by leaktop.\n\n")
	for _, f := range d.Facts() {
		fmt.Fprintf(&b, "  %-10s %s\n", f.Name, format.Clean(f.Text))
	}
	for _, o := range memberTexts {
		for _, m := range members {
			if strings.HasPrefix(m.Name, o.name) {
				fmt.Fprintf(&b, "\n%s\n%s\n", o.name, strings.Join(format.WrapIndented(o.text, 76, "  "), "\n"))
				for _, c := range o.commands {
					fmt.Fprintf(&b, "    %s\n", c)
				}
				break
			}
		}
	}
	b.WriteString("\nleaktop also opens the archive itself: the recording in it, or else the profiles.\n")
	b.WriteString("\nProfiles name the functions and files of the service, but contain none of its\ndata. Treat them like its source code.\n")
	return b.String()
}
