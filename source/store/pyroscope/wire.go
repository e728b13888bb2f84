package pyroscope

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/leaktop/leaktop/source/store"
)

// What Pyroscope's services querier.v1 and push.v1 send and receive over the Connect
// protocol, as far as it is used. Times are in milliseconds; 64-bit numbers may be strings.

type typesRequest struct {
	Start int64 `json:"start,omitempty"`
	End   int64 `json:"end,omitempty"`
}

type typesAnswer struct {
	ProfileTypes []struct {
		ID string `json:"ID"`
	} `json:"profileTypes"`
}

type labelsRequest struct {
	Name     string   `json:"name,omitempty"` // of LabelValues
	Matchers []string `json:"matchers,omitempty"`
	Start    int64    `json:"start,omitempty"`
	End      int64    `json:"end,omitempty"`
}

type labelsAnswer struct {
	Names []string `json:"names"`
}

type seriesRequest struct {
	ProfileTypeID string   `json:"profileTypeID"`
	LabelSelector string   `json:"labelSelector"`
	Start         int64    `json:"start"`
	End           int64    `json:"end"`
	GroupBy       []string `json:"groupBy,omitempty"`
	Step          float64  `json:"step"` // seconds
}

type seriesAnswer struct {
	Series []struct {
		Labels []label `json:"labels"`
		Points []struct {
			Value     float64   `json:"value"`
			Timestamp int64Text `json:"timestamp"`
		} `json:"points"`
	} `json:"series"`
}

type label struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type pushRequest struct {
	Series []pushSeries `json:"series"`
}

type pushSeries struct {
	Labels  []label      `json:"labels"`
	Samples []pushSample `json:"samples"`
}

type pushSample struct {
	RawProfile []byte `json:"rawProfile"` // base64 in JSON
}

// mergeRequest is querier.v1.SelectMergeProfileRequest, which is sent in protobuf: then
// the answer is a bare pprof message.
type mergeRequest struct {
	profileType, selector string
	start, end            int64
}

func (m mergeRequest) marshal() []byte {
	const text, number = 2, 0 // wire types
	var b []byte
	for i, s := range []string{m.profileType, m.selector} {
		b = binary.AppendUvarint(b, uint64(i+1)<<3|text)
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	for i, n := range []int64{m.start, m.end} {
		b = binary.AppendUvarint(b, uint64(i+3)<<3|number)
		b = binary.AppendUvarint(b, uint64(n))
	}
	return b
}

// int64Text is a 64-bit number with or without quotes.
type int64Text int64

// UnmarshalJSON accepts a number with and without quotes.
func (t *int64Text) UnmarshalJSON(data []byte) error {
	var n json.Number
	if err := json.Unmarshal(data, &n); err != nil { // accepts a string that is a number
		return err
	}
	i, err := strconv.ParseInt(n.String(), 10, 64)
	if err != nil {
		return fmt.Errorf("read number: %w", err)
	}
	*t = int64Text(i)
	return nil
}

func toLabels(in []label) store.Labels {
	out := make(store.Labels, 0, len(in))
	for _, l := range in {
		out = append(out, store.Label{Name: l.Name, Value: l.Value})
	}
	return out.Sort()
}
