package parca

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/leaktop/leaktop/source/store"
)

// The JSON of Parca's gRPC gateway, as far as it is used: proto/parca/query/v1alpha1 and
// proto/parca/profilestore/v1alpha1 of its repository.

type typesAnswer struct {
	Types []struct {
		Name       string `json:"name"`
		SampleType string `json:"sampleType"`
		SampleUnit string `json:"sampleUnit"`
		PeriodType string `json:"periodType"`
		PeriodUnit string `json:"periodUnit"`
		Delta      bool   `json:"delta"`
	} `json:"types"`
}

type labelNamesAnswer struct {
	LabelNames []string `json:"labelNames"`
}

type labelValuesAnswer struct {
	LabelValues []string `json:"labelValues"`
}

type rangeAnswer struct {
	Series []struct {
		Labelset labelSet `json:"labelset"`
		Samples  []struct {
			Timestamp time.Time `json:"timestamp"`
			Value     int64Text `json:"value"`
		} `json:"samples"`
	} `json:"series"`
}

type queryAnswer struct {
	Pprof []byte `json:"pprof"` // base64 in JSON
}

type labelSet struct {
	Labels []label `json:"labels"`
}

type label struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type writeRequest struct {
	Normalized bool        `json:"normalized"`
	Series     []rawSeries `json:"series"`
}

type rawSeries struct {
	Labels  labelSet    `json:"labels"`
	Samples []rawSample `json:"samples"`
}

type rawSample struct {
	RawProfile []byte `json:"raw_profile"`
}

// int64Text is a 64-bit number: the JSON of protobuf writes them as strings.
type int64Text int64

// UnmarshalJSON accepts a number with and without quotes.
func (t *int64Text) UnmarshalJSON(data []byte) error {
	var text json.Number
	if len(data) > 0 && data[0] == '"' {
		var s string
		if err := json.Unmarshal(data, &s); err != nil {
			return err
		}
		text = json.Number(s)
	} else {
		text = json.Number(data)
	}
	n, err := strconv.ParseInt(text.String(), 10, 64)
	*t = int64Text(n)
	return err
}

func (l labelSet) toLabels() store.Labels {
	out := make(store.Labels, 0, len(l.Labels))
	for _, x := range l.Labels {
		out = append(out, store.Label{Name: x.Name, Value: x.Value})
	}
	return out.Sort()
}
