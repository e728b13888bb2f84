package ui

import (
	"fmt"
	"io"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source/fleet"
	"github.com/leaktop/leaktop/ui/chart"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/report"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/overview"
)

// newDocument returns a document with the sentences about the fleet, and the heaps of
// its most suspicious members.
func (m *fleetModel) newDocument(title string) export.Document {
	st := m.vc.Fleet
	d := export.Document{
		Title: title, Path: m.nav.stepTitles(), Target: st.Name, Time: st.Now, Watched: st.Now.Sub(st.Started),
		View: export.View{Window: m.vc.Window, Paused: m.vc.Paused}, Charts: fleetCharts(*st, m.vc),
		Incident: m.describeIncident(),
	}
	for _, s := range report.FleetSentences(*st) {
		d.Verdict = append(d.Verdict, export.Sentence{Tone: s.Tone, Head: s.Word, Text: s.Text})
	}
	return d
}

// describeIncident returns the facts about the first suspect that an incident report needs,
// with the numbers of the member in which it grows fastest.
func (m *fleetModel) describeIncident() []export.Fact {
	st := *m.vc.Fleet
	var f incidentFacts
	worst := membersToKeep(st)
	if all := st.Comparison.Suspects; len(all) > 0 {
		x, _ := st.Find(all[0].Shares[0].ID)
		worst = []keptMember{{Member: x}}
		f.add("in", x.FullName)
		f.addSuspect(all[0].First, x.State)
	}
	if len(worst) == 0 {
		return f
	}
	x := worst[0]
	f.addVersions(x.State, m.recorder.Version)
	if s := x.Session(); s != nil {
		f.add(export.FactReproduce, reproduceCommand(x.Facts, s.Source))
	}
	return f
}

// maxFleetCharts is the maximum number of members with a chart in an export.
const maxFleetCharts = 4

// fleetCharts returns charts of the heaps of the most suspicious members.
func fleetCharts(st fleet.State, vc *tui.ViewContext) (out []export.Chart) {
	for _, x := range st.Members {
		if len(out) == maxFleetCharts || len(x.State.Heap) == 0 {
			break
		}
		c := export.Chart{Title: "live heap of " + x.Name, Unit: "bytes", LineName: "live heap", Window: vc.Window}
		c.Data = chart.Data{Now: x.State.Now}
		for _, seg := range x.State.Heap {
			points := make([]chart.Point, len(seg))
			for i, v := range seg {
				points[i] = chart.Point{T: v.Time, V: v.V}
			}
			c.Data.Line = append(c.Data.Line, points)
		}
		out = append(out, c)
	}
	return out
}

// openBundle asks where to save the evidence: the fleet, its worst member, and a healthy
// one to compare it with.
func (m *fleetModel) openBundle() tea.Cmd {
	name := m.fileName("evidence")
	d, vc, chosen := m.newDocument("Evidence"), *m.vc, membersToKeep(*m.vc.Fleet)
	bundle := export.Format{
		Ext: ".tar.gz", Purpose: "one archive: its README.txt says how to open each file",
		WhyNot: func(*export.Document) string { return "" },
		Write: func(out io.Writer, d *export.Document) error {
			files, err := fleetEvidence(d, &vc, chosen)
			if err != nil {
				return err
			}
			return export.WriteBundle(out, name, d.Time, files)
		},
	}
	return m.overlays.OpenSave("Write the evidence: the fleet, its worst member, and a healthy one", name+bundle.Ext, m.width, func() (export.Document, []export.Format) {
		addFleetReport(&d, &vc)
		return d, []export.Format{bundle}
	})
}

// keptMember is a member in a bundle.
type keptMember struct {
	folder string // "worst", "healthy"
	fleet.Member
}

// membersToKeep returns the most suspicious member, and the healthiest one that was
// watched.
func membersToKeep(st fleet.State) (out []keptMember) {
	for _, x := range st.Members {
		if x.State.Polls > 0 {
			out = append(out, keptMember{"worst", x})
			break
		}
	}
	for i := len(st.Members) - 1; i >= 0 && len(out) > 0; i-- {
		x := st.Members[i]
		if x.ID != out[0].ID && x.State.Polls > 0 && !x.IsGone() && x.State.Report.Verdict != leak.Leaks {
			return append(out, keptMember{"healthy", x})
		}
	}
	return out
}

// addFleetReport adds to a document what all panes show.
func addFleetReport(d *export.Document, vc *tui.ViewContext) {
	d.Path = nil
	none := func(string) tea.Cmd { return nil }
	for _, p := range fleetPanes {
		page := p.make(vc, none)
		if l, ok := page.(tui.Filler); ok {
			l.FillNow()
		}
		one := export.Document{View: d.View}
		pageDocument(page)(&one)
		for _, t := range one.Tables {
			t.Title = p.name
			d.Tables = append(d.Tables, t)
		}
	}
}

// fleetEvidence returns the files of the bundle of a fleet.
func fleetEvidence(d *export.Document, vc *tui.ViewContext, chosen []keptMember) ([]export.Member, error) {
	out, err := reportFiles(d)
	if err != nil {
		return nil, err
	}
	for _, x := range chosen {
		one := *vc
		one.SetState(x.State)
		one.Fleet = nil
		about := export.Document{Title: "Evidence", Target: x.FullName, Time: x.State.Now, GoVersion: x.Facts.GoVersion, View: d.View, Verdict: overview.Sentences(&one)}
		addReport(&about, &one)
		files, err := evidenceFiles(&about, &one, x.Session())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", x.FullName, err)
		}
		for _, f := range files {
			f.Name = x.folder + "/" + f.Name
			out = append(out, f)
		}
	}
	readme := export.Member{Name: "README.txt", Data: []byte(fleetReadme(d, chosen))}
	return append([]export.Member{readme}, out...), nil
}

func fleetReadme(d *export.Document, chosen []keptMember) string {
	var b strings.Builder
	b.WriteString("Evidence about several processes of a Go service, collected by leaktop.\n\n")
	for _, f := range d.Facts() {
		fmt.Fprintf(&b, "  %-10s %s\n", f.Name, f.Text)
	}
	b.WriteString("\nreport.md, report.html\n  All of them side by side, what leaks, and what is odd about one.\n")
	for _, x := range chosen {
		fmt.Fprintf(&b, "\n%s/\n  %s: its own report and profiles; README.txt says how to open each.\n", x.folder, x.FullName)
	}
	return b.String()
}
