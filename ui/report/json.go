package report

import (
	"encoding/json"
	"io"
	"time"

	"github.com/leaktop/leaktop/profile/leak"
)

// schema is the version of the JSON format. Within a version fields may be added, but
// not removed or changed in meaning.
const schema = 1

// Document is a result as JSON.
type Document struct {
	Schema   int            `json:"schema"`
	Target   string         `json:"target"`
	From     string         `json:"from"` // RFC 3339
	To       string         `json:"to"`
	Polls    int            `json:"polls"`
	Verdict  leak.Verdict   `json:"verdict"`
	Suspects []leak.Suspect `json:"suspects"`
	Memory   leak.Memory    `json:"memory"`
	// BlindSpots lists what the watch could not have detected.
	BlindSpots []leak.BlindSpot `json:"blindSpots"`
	Warnings   []string         `json:"warnings"`
	Stays      []leak.Retained  `json:"stays,omitempty"` // with a load: what stayed after each
}

func writeJSON(w io.Writer, r Result, _ Options) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(Document{
		Schema: schema, Target: r.Target,
		From: r.From.UTC().Format(time.RFC3339), To: r.To.UTC().Format(time.RFC3339),
		Polls: r.Polls, Verdict: r.Report.Verdict,
		Suspects: orEmpty(r.Report.Suspects), Memory: r.Report.Memory, BlindSpots: orEmpty(r.Report.BlindSpots), Warnings: diagnosticTexts(r.Report), Stays: r.Report.Retained,
	})
}

// orEmpty turns nil into an empty list, because JSON would write null.
func orEmpty[T any](xs []T) []T {
	if xs == nil {
		return []T{}
	}
	return xs
}
