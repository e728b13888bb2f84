package report

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	compare "github.com/leaktop/leaktop/profile/fleet"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source/fleet"
	"github.com/leaktop/leaktop/ui/format"
)

// FleetResult is the content of a report on a fleet.
type FleetResult struct {
	State   fleet.State    // with the comparison of the targets' final reports
	Targets []TargetResult // in the order of suspicion
	Version string         // of leaktop; may be empty
	Next    string         // what to do to get a verdict; may be empty
}

// TargetResult is the result of one member.
type TargetResult struct {
	Result
	Member fleet.Member
	Err    string // why it could not be observed; empty if it was
	node   string // the name of its node, without the domain
}

// Verdict returns the verdict on the fleet.
func (r FleetResult) Verdict() leak.Verdict { return r.State.Comparison.Summary.Verdict }

// FleetDocument is a result of a fleet as JSON.
type FleetDocument struct {
	Schema   int                   `json:"schema"`
	Target   string                `json:"target"`
	From     string                `json:"from"` // RFC 3339
	To       string                `json:"to"`
	Polls    int                   `json:"polls"` // of all targets
	Verdict  leak.Verdict          `json:"verdict"`
	Suspects []FleetSuspect        `json:"suspects"` // merged by function
	Targets  []FleetTargetDocument `json:"targets"`
	// Odd lists what a target holds far more or less of than the others.
	Odd      []FleetOdd `json:"odd"`
	Warnings []string   `json:"warnings"`
	Leaktop  string     `json:"leaktop,omitempty"` // version of leaktop
}

// FleetSuspect is a suspect of several targets: the suspect of the target in which it
// grows fastest, with the growth of all targets.
type FleetSuspect struct {
	leak.Suspect
	MedianPerHour float64     `json:"medianPerHour"`
	MinPerHour    float64     `json:"minPerHour"`
	MaxPerHour    float64     `json:"maxPerHour"`
	In            []string    `json:"in"` // targets that have it, the fastest first
	Of            int         `json:"of"` // targets that were observed
	Common        *FleetSplit `json:"common,omitempty"`
}

// FleetSplit is what the targets that leak have in common and the others do not.
type FleetSplit struct {
	By     compare.Attribute `json:"by"`
	Value  string            `json:"value"`
	Others []string          `json:"others"`
	Newer  bool              `json:"newer"`
}

// FleetTargetDocument is one target.
type FleetTargetDocument struct {
	Document
	Name       string `json:"name"` // the part in which it differs from the others
	Version    string `json:"version,omitempty"`
	Node       string `json:"node,omitempty"`
	Zone       string `json:"zone,omitempty"`
	Cluster    string `json:"cluster,omitempty"`
	Restarts   int    `json:"restarts"`
	ExitReason string `json:"exitReason,omitempty"`
	Gone       bool   `json:"gone"`
	Error      string `json:"error,omitempty"` // why it could not be observed
}

// FleetOdd is something that a target holds far more or less of than the others.
type FleetOdd struct {
	Target   string  `json:"target"`
	Kind     string  `json:"kind"`
	Function string  `json:"function"` // empty for the total
	Value    float64 `json:"value"`
	Median   float64 `json:"median"`
	Of       int     `json:"of"`
}

func writeFleetJSON(w io.Writer, r FleetResult, _ Options) error {
	from, to := r.watchSpan()
	d := FleetDocument{
		Schema: schema, Target: r.State.Name, From: jsonTime(from), To: jsonTime(to), Verdict: r.Verdict(),
		Suspects: []FleetSuspect{}, Targets: []FleetTargetDocument{}, Odd: []FleetOdd{}, Warnings: r.listWarnings(), Leaktop: r.Version,
	}
	for _, s := range r.State.Comparison.Suspects {
		d.Suspects = append(d.Suspects, r.newSuspect(s))
	}
	for _, x := range r.Targets {
		m, f := x.Member, x.Member.Facts
		d.Polls += x.Polls
		d.Targets = append(d.Targets, FleetTargetDocument{
			Document: newDocument(x.Result), Name: m.Name, Version: f.Version, Node: f.Node, Zone: m.Zone, Cluster: m.Cluster,
			Restarts: m.Compared.Restarts, ExitReason: m.ExitReason, Gone: m.IsGone(), Error: x.Err,
		})
	}
	for _, o := range r.State.Comparison.Outliers {
		d.Odd = append(d.Odd, FleetOdd{r.fullName(o.ID), string(o.Kind), o.Function, o.Value, o.Median, o.Of})
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(d)
}

func (r FleetResult) newSuspect(s compare.Suspect) FleetSuspect {
	out := FleetSuspect{Suspect: s.First, MedianPerHour: s.Median, MinPerHour: s.Min, MaxPerHour: s.Max, Of: s.Of}
	out.GrowthPerHour, out.Low, out.High, out.Confidence = s.Sum, s.Low, s.High, s.Confidence
	for _, x := range s.Shares {
		out.In = append(out.In, r.fullName(x.ID))
	}
	if x := s.Split; x != nil {
		out.Common = &FleetSplit{x.By, x.Value, x.Others, x.IsNewer}
	}
	return out
}

func (r FleetResult) fullName(id string) string {
	m, _ := r.State.Find(id)
	return m.FullName
}

// maxInNames is the maximum number of targets that the text names for a suspect.
const maxInNames = 10

// namesOf lists the members that have a suspect, each with its growth.
func (r FleetResult) namesOf(shares []compare.Share) string {
	var all []string
	for _, x := range shares[:min(len(shares), maxInNames)] {
		m, _ := r.State.Find(x.ID)
		all = append(all, fmt.Sprintf("%s (%s)", format.Clean(m.Name), format.PerHour(x.Suspect.GrowthPerHour, x.Suspect.Unit)))
	}
	if more := len(shares) - maxInNames; more > 0 {
		all = append(all, format.Count(more)+" more")
	}
	return strings.Join(all, ", ")
}

// watchSpan returns the times of the first and the last profile.
func (r FleetResult) watchSpan() (from, to time.Time) {
	for _, x := range r.Targets {
		if x.Polls == 0 {
			continue
		}
		if from.IsZero() || x.From.Before(from) {
			from = x.From
		}
		if x.To.After(to) {
			to = x.To
		}
	}
	return from, to
}

// listWarnings returns what is wrong with the watch as a whole, not with single targets.
func (r FleetResult) listWarnings() []string {
	out := []string{}
	for _, d := range r.State.Diagnostics {
		out = append(out, d.String())
	}
	if n := r.State.Omitted; n > 0 {
		out = append(out, fmt.Sprintf("%s more %s were not watched", format.Count(n), FleetNoun(r.State, n)))
	}
	return out
}

// junitSuites is a suite for each target.
type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

func writeFleetJUnit(w io.Writer, r FleetResult, on Options) error {
	all := junitSuites{Name: "leaktop " + format.Clean(r.State.Name)}
	for _, x := range r.Targets {
		var s junitSuite
		if x.Err != "" {
			s = unobservedSuite(x)
		} else {
			var err error
			if s, err = newSuite(x.Result, on); err != nil {
				return err
			}
		}
		all.Suites = append(all.Suites, s)
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Errors += s.Errors
		all.Skipped += s.Skipped
	}
	return encodeXML(w, all)
}

// unobservedSuite returns the suite of a target that sent nothing: an error.
func unobservedSuite(x TargetResult) junitSuite {
	name := format.Clean(x.Member.FullName)
	s := junitSuite{Name: "leaktop " + name, Time: "0.000", Cases: []junitCase{{
		Class: name, Name: noLeakCase, Time: "0.000", Error: &junitProblem{Message: format.Clean(x.Err), Type: "unobserved"},
	}}}
	s.countCases()
	return s
}
