package prometheus

import (
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// The JSON of Prometheus' HTTP API v1, as far as it is used. VictoriaMetrics, Thanos and
// Mimir answer the same.

// envelope wraps every response. Errors have another HTTP status.
type envelope[T any] struct {
	Status   string   `json:"status"`
	Data     T        `json:"data"`
	Error    string   `json:"error"`
	Warnings []string `json:"warnings"` // about missing parts, from servers that query others
}

// queryData is the answer to a query.
type queryData struct {
	ResultType string          `json:"resultType"`
	Result     json.RawMessage `json:"result"`
}

// rangeSeries is a series of a range query.
type rangeSeries struct {
	Metric map[string]string `json:"metric"`
	Values []sample          `json:"values"`
}

// instantSeries is a series of an instant query.
type instantSeries struct {
	Metric map[string]string `json:"metric"`
	Value  sample            `json:"value"`
}

// sample is a value at a time: [1435781430.781,"1"].
type sample struct {
	profile.Value
	ok bool // it is a finite number
}

var errSample = errors.New("a sample is not a time and a value")

// UnmarshalJSON reads a sample. Values that are not finite are not ok.
func (s *sample) UnmarshalJSON(data []byte) error {
	var pair []json.RawMessage
	if err := json.Unmarshal(data, &pair); err != nil || len(pair) != 2 {
		return errSample
	}
	seconds, err := strconv.ParseFloat(string(pair[0]), 64)
	const most = 1 << 40 // seconds: 35,000 years
	if err != nil || math.Abs(seconds) > most {
		return errSample
	}
	var text string
	if json.Unmarshal(pair[1], &text) != nil {
		return errSample
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return errSample
	}
	s.Time = time.UnixMilli(int64(math.Round(seconds * 1000)))
	s.V, s.ok = v, !math.IsNaN(v) && !math.IsInf(v, 0)
	return nil
}
