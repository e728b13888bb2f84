package source

import (
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/simulated"
	"github.com/leaktop/leaktop/source/recording"
	"github.com/leaktop/leaktop/source/store/parca/parcatest"
	"github.com/leaktop/leaktop/source/target"
)

// The profiles of a recording that a store refuses are counted, with the store's
// reason.
func TestUploadSaysWhyTheStoreRefuses(t *testing.T) {
	s := parcatest.NewServer()
	t.Cleanup(s.Close)
	n := 0
	s.SetFault(func(w http.ResponseWriter, _ *http.Request) bool {
		if n++; n == 1 {
			return false
		}
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"code":3,"message":"the profile is outside of the ingestion window"}`)
		return true
	})
	at := time.Now().Add(-time.Hour)
	service := &simulated.Service{Start: at.Add(-time.Hour), Stacks: 3}
	file := filepath.Join(t.TempDir(), "night.tar")
	w, err := recording.Create(file, recording.Options{Target: "checkout", Started: at})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		now := at.Add(time.Duration(i) * time.Minute)
		if err := w.Append(profile.Capture{Kind: profile.Heap, Time: now, Data: service.Heap(now)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	parse := func(arg string) target.Target {
		out, err := target.Parse(arg)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	src, err := Open(t.Context(), parse(file), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = src.Close() }()
	sink, err := NewSink(parse("parca+"+s.URL), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sink.Close() }()
	st, err := src.(*Recorded).Upload(t.Context(), sink, func(int, int) {})
	if err != nil || st.Sent != 1 || st.Dropped != 2 || st.Err == nil || !strings.Contains(st.Err.Error(), "outside of the ingestion window") {
		t.Errorf("got %+v, %v; want 1 sent and 2 refused, with the reason", st, err)
	}
}
