package check

import (
	"encoding/json"
	"io"
	"time"

	"github.com/leaktop/leaktop/profile/leak"
)

// schema is the version of the JSON format. Fields may be added to a version,
// none is taken away or changes its meaning.
const schema = 1

// document is a result as JSON.
type document struct {
	Schema   int            `json:"schema"`
	Target   string         `json:"target"`
	From     string         `json:"from"` // RFC 3339
	To       string         `json:"to"`
	Polls    int            `json:"polls"`
	Verdict  leak.Verdict   `json:"verdict"`
	Suspects []leak.Suspect `json:"suspects"`
	Memory   leak.Memory    `json:"memory"`
	// BlindSpots are what a verdict that is not a leak would not have shown.
	BlindSpots []leak.BlindSpot `json:"blindSpots"`
	Warnings   []string         `json:"warnings"`
	Stays      []leak.Stay      `json:"stays,omitempty"` // with a load: what stayed after each
}

func writeJSON(w io.Writer, r result, _ paper) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(document{
		Schema: schema, Target: r.target,
		From: r.from.UTC().Format(time.RFC3339), To: r.to.UTC().Format(time.RFC3339),
		Polls: r.polls, Verdict: r.report.Verdict,
		Suspects: orEmpty(r.report.Suspects), Memory: r.report.Memory, BlindSpots: orEmpty(r.report.BlindSpots), Warnings: warnings(r.report), Stays: r.report.Retained,
	})
}

// orEmpty makes an empty list of none, which JSON would write as null.
func orEmpty[T any](xs []T) []T {
	if xs == nil {
		return []T{}
	}
	return xs
}
