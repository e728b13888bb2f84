package session

import (
	"errors"
	"testing"
	"time"

	"github.com/leaktop/leaktop/source/problem"

	"github.com/google/go-cmp/cmp"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
)

// TestDiagnosticsAreOneList checks that each problem of a watch appears exactly once in
// the list.
func TestDiagnosticsAreOneList(t *testing.T) {
	refused := &problem.Problem{Cause: problem.CauseDown, Subject: "get the index", Why: "connection refused", Next: "check the port"}
	missing := &problem.Problem{Cause: problem.CauseMissing, Subject: "get goroutine", Why: "404"}
	index, heap := source.Endpoint{Kind: source.Index}, source.Endpoint{Kind: profile.Heap}
	failing := source.Endpoint{Kind: source.Index, Err: refused}
	for name, tt := range map[string]struct {
		endpoints []source.Endpoint
		ended     error
		want      []profile.Code
		first     string
	}{
		"nothing":           {[]source.Endpoint{index, heap}, nil, nil, ""},
		"no answer":         {[]source.Endpoint{failing, {Kind: profile.Heap, Err: refused}}, nil, []profile.Code{profile.CodeNoAnswer}, "cannot get the index: connection refused; check the port"},
		"a kind not served": {[]source.Endpoint{index, heap, {Kind: profile.Goroutine, Err: missing, Disabled: true}}, nil, []profile.Code{profile.CodeNotServed}, ""},
		"memory not served": {[]source.Endpoint{index, heap, {Kind: source.Memory, Err: missing, Disabled: true}}, nil, nil, ""},
		"ended by an error": {[]source.Endpoint{index, heap}, errors.New("the disk is gone"), []profile.Code{profile.CodeEndedEarly}, "the disk is gone"},
		"ended by a bug":    {[]source.Endpoint{index, heap}, &Panic{Value: "boom"}, []profile.Code{profile.CodePanic}, ""},
		"ended and no answer": {
			[]source.Endpoint{failing}, errors.New("the disk is gone"), []profile.Code{profile.CodeEndedEarly, profile.CodeNoAnswer}, "the disk is gone",
		},
	} {
		s := New(silentSource{})
		s.Ingest(source.Status{Time: time.Unix(0, 0), Endpoints: tt.endpoints})
		s.changeState(func(in *ingester) { in.state.Err = tt.ended })
		var got []profile.Code
		all := s.State().Diagnostics
		for _, d := range all {
			got = append(got, d.Code)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: codes (-want +got):\n%s", name, diff)
		}
		if tt.first != "" && (len(all) == 0 || all[0].String() != tt.first) {
			t.Errorf("%s: got first %q, want %q", name, all, tt.first)
		}
	}
}
