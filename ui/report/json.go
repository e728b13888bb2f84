package report

import (
	"encoding/json"
	"io"
	"time"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/leak/blindspot"
)

// schema is the version of the JSON format. Within a version fields may be added, but
// not removed or changed in meaning.
const schema = 1

// Document is a result as JSON.
type Document struct {
	Schema  int          `json:"schema"`
	Target  string       `json:"target"`
	From    string       `json:"from"` // RFC 3339
	To      string       `json:"to"`
	Polls   int          `json:"polls"`
	Verdict leak.Verdict `json:"verdict"`
	// Caveat says why the verdict is undecided, or what it does not rule out.
	Caveat   string         `json:"caveat"`
	Suspects []leak.Suspect `json:"suspects"`
	Memory   leak.Memory    `json:"memory"`
	// BlindSpots lists what the watch could not have detected.
	BlindSpots []blindspot.Spot `json:"blindSpots"`
	Warnings   []string         `json:"warnings"`
	Stays      []leak.Retained  `json:"stays,omitempty"` // with a load: what was retained after each run
	// Ignored are suspects in functions that the user ignores.
	Ignored []leak.Suspect `json:"ignored"`
	// Withdrawn are suspects that were withdrawn recently, newest last.
	Withdrawn []Withdrawn `json:"withdrawn"`
	// Processes are the processes of the target, oldest first, if it restarted or was
	// replaced.
	Processes []Process `json:"processes,omitempty"`
	// History is what a metrics store has of the days before, if one was queried.
	History   *History `json:"history,omitempty"`
	GoVersion string   `json:"goVersion,omitempty"` // of the target
	Leaktop   string   `json:"leaktop,omitempty"`   // version of leaktop
}

// Withdrawn is a suspect that was withdrawn.
type Withdrawn struct {
	Time     string    `json:"time"` // RFC 3339
	Kind     leak.Kind `json:"kind"`
	Function string    `json:"function"`
	Reason   string    `json:"reason"`
}

// Process is one process of the target.
type Process struct {
	Name           string       `json:"name"`
	Version        string       `json:"version"`
	From           string       `json:"from"` // RFC 3339
	To             string       `json:"to"`
	Exit           string       `json:"exit,omitempty"`          // reason, as the cluster names it: "OOMKilled"
	PeakBytes      int64        `json:"peakBytes,omitempty"`     // maximum memory, or maximum live heap if memory is unknown
	GrowthPerHour  float64      `json:"growthPerHour,omitempty"` // of that, in bytes
	WatchedSeconds float64      `json:"watchedSeconds"`
	Verdict        leak.Verdict `json:"verdict"`
	Judged         bool         `json:"judged"` // the verdict of the document is the verdict on this process
	Functions      []string     `json:"functions"`
}

func writeJSON(w io.Writer, r Result, _ Options) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(newDocument(r))
}

// newDocument returns a result as JSON has it.
func newDocument(r Result) Document {
	d := Document{
		Schema: schema, Target: r.Target, From: jsonTime(r.From), To: jsonTime(r.To), Polls: r.Polls, Verdict: r.Report.Verdict, Caveat: r.Report.Caveat.What,
		Suspects: orEmpty(r.Report.Suspects), Memory: r.Report.Memory, BlindSpots: orEmpty(r.Report.BlindSpots), Warnings: diagnosticTexts(r.Report), Stays: r.Report.Retained,
		Ignored: orEmpty(r.Report.Ignored), Withdrawn: []Withdrawn{}, GoVersion: r.GoVersion, Leaktop: r.Version, History: newHistory(r.Past),
	}
	for _, w := range r.Report.Withdrawn {
		d.Withdrawn = append(d.Withdrawn, Withdrawn{Time: jsonTime(w.Time), Kind: w.Suspect.Kind, Function: w.Suspect.Function, Reason: w.Reason()})
	}
	for _, p := range r.Report.Processes {
		out := Process{
			Name: p.Name, Version: p.Version, From: jsonTime(p.From), To: jsonTime(p.To),
			Exit: p.Exit.Reason, PeakBytes: p.Peak, GrowthPerHour: p.Growth.PerHour, WatchedSeconds: p.Watched.Seconds(), Verdict: p.Verdict, Judged: p.IsJudged, Functions: []string{},
		}
		for _, s := range p.Suspects {
			out.Functions = append(out.Functions, s.Label())
		}
		d.Processes = append(d.Processes, out)
	}
	return d
}

func jsonTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// orEmpty turns nil into an empty list, because JSON would write null.
func orEmpty[T any](xs []T) []T {
	if xs == nil {
		return []T{}
	}
	return xs
}
