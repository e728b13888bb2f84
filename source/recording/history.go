package recording

import (
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/longterm"
	"github.com/leaktop/leaktop/profile/plain"
)

// Bounds on the data of the days before in a recording.
const (
	maxHistory = 4 << 20 // bytes of JSON
	maxPoints  = 5_000   // of a line
	maxSeconds = 1 << 40 // since 1970: 35,000 years
	maxMarks   = 500
	maxQueries = 20 // and diagnostics
)

// history is the data of the days before as a recording has it. Each line is a list of
// pairs: a time in seconds since 1970, and a value.
type history struct {
	Store       string                           `json:"store"`
	Subject     string                           `json:"subject"`
	From        time.Time                        `json:"from"`
	To          time.Time                        `json:"to"`
	Step        float64                          `json:"stepSeconds"`
	Lines       map[longterm.Metric][][2]float64 `json:"lines"`
	Recent      map[longterm.Metric][][2]float64 `json:"recent,omitempty"`
	Marks       []longterm.Mark                  `json:"marks,omitempty"`
	Limit       float64                          `json:"limit,omitempty"`
	Kills       int                              `json:"kills,omitempty"`
	Queries     []longterm.Query                 `json:"queries,omitempty"`
	Diagnostics []profile.Diagnostic             `json:"diagnostics,omitempty"`
}

// encodeHistory returns the days before as a line of JSON.
func encodeHistory(d longterm.Data) ([]byte, error) {
	return json.Marshal(history{
		Store: d.Store, Subject: d.Subject, From: d.From, To: d.To, Step: d.Step.Seconds(), Lines: toPairs(d.Lines), Recent: toPairs(d.Recent),
		Marks: d.Marks, Limit: d.Limit, Kills: d.Kills, Queries: d.Queries, Diagnostics: d.Diagnostics,
	})
}

func toPairs(lines map[longterm.Metric][]profile.Value) map[longterm.Metric][][2]float64 {
	out := map[longterm.Metric][][2]float64{}
	for m, line := range lines {
		for _, v := range line {
			out[m] = append(out[m], [2]float64{float64(v.Time.UnixMilli()) / 1000, v.V})
		}
	}
	return out
}

// decodeHistory reads the days before, with texts that are safe to show. Times that do not
// rise are left out.
func decodeHistory(line []byte) (any, error) {
	var h history
	if err := json.Unmarshal(line, &h); err != nil {
		return nil, fmt.Errorf("read history: %w", err)
	}
	if step := h.Step; step <= 0 || step > (365*24*time.Hour).Seconds() || h.To.Before(h.From) {
		return nil, fmt.Errorf("read history: a step of %g s, %v to %v", step, h.From, h.To)
	}
	h.cleanTexts()
	return longterm.Data{
		Store: h.Store, Subject: h.Subject, From: h.From, To: h.To, Step: time.Duration(h.Step * float64(time.Second)),
		Lines: fromPairs(h.Lines), Recent: fromPairs(h.Recent), Marks: h.Marks, Limit: max(0, h.Limit), Kills: max(0, h.Kills),
		Queries: h.Queries, Diagnostics: h.Diagnostics,
	}, nil
}

// cleanTexts bounds the lists of texts and makes each safe to show.
func (h *history) cleanTexts() {
	h.Store, h.Subject = plain.Clip(h.Store, 200), plain.Clip(h.Subject, 400)
	h.Marks = h.Marks[:min(len(h.Marks), maxMarks)]
	for i := range h.Marks {
		m := &h.Marks[i]
		m.Kind, m.Version = longterm.MarkKind(plain.Clip(string(m.Kind), 20)), plain.Clip(m.Version, 100)
	}
	h.Queries = h.Queries[:min(len(h.Queries), maxQueries)]
	for i := range h.Queries {
		q := &h.Queries[i]
		q.Metric, q.Text, q.Error = longterm.Metric(plain.Clip(string(q.Metric), 40)), plain.Clip(q.Text, 4<<10), plain.Clip(q.Error, 300)
	}
	h.Diagnostics = h.Diagnostics[:min(len(h.Diagnostics), maxQueries)]
	for i := range h.Diagnostics {
		d := &h.Diagnostics[i]
		d.Code, d.Kind = profile.Code(plain.Clip(string(d.Code), 40)), ""
		d.What, d.Next = plain.Clip(d.What, 400), plain.Clip(d.Next, 400)
	}
}

func fromPairs(lines map[longterm.Metric][][2]float64) map[longterm.Metric][]profile.Value {
	out := map[longterm.Metric][]profile.Value{}
	for m, pairs := range lines {
		var last time.Time
		for _, p := range pairs[:min(len(pairs), maxPoints)] {
			if math.Abs(p[0]) > maxSeconds {
				continue
			}
			if at := time.UnixMilli(int64(math.Round(p[0] * 1000))); at.After(last) {
				last = at
				out[m] = append(out[m], profile.Value{Time: at, V: p[1]})
			}
		}
	}
	return out
}
