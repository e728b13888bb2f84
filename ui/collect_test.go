package ui

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
)

// idleService is a real service in a quiet phase: its heap profile is the same as 90 s ago, because there was no
// garbage collection since.
type idleService struct{ source.Source }

func (s idleService) Watch(ctx context.Context, send func(source.Message)) error {
	for _, ago := range []time.Duration{90 * time.Second, 0} {
		c, err := s.Fetch(ctx, source.Query{Kind: profile.Heap})
		if err != nil {
			return err
		}
		c.Time = time.Now().Add(-ago)
		send(source.Capture{Capture: c})
		send(source.Status{Time: c.Time}) // ends the round of polls
	}
	<-ctx.Done()
	return context.Cause(ctx)
}

// A heap profile that contains nothing new causes a warning, and G fetches one after a collection.
func TestCollectOnAKey(t *testing.T) {
	var collections atomic.Int32
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/heap", func(w http.ResponseWriter, r *http.Request) {
		name := "../profile/testdata/typ_heap_060.pb.gz"
		if r.FormValue("gc") != "" {
			collections.Add(1)
			name = "../profile/testdata/typ_heap_150.pb.gz"
		}
		http.ServeFile(w, r, name)
	})
	srv := httptest.NewServer(mux)
	defer srv.Close()
	src := openTarget(t, srv.URL)

	s := watchFirstState(t, idleService{src}, 120, 40)
	if s.m.vc.State.Polls < 2 {
		s.showLatest()
	}
	s.wants("live heap  652 MiB", "the heap is known as of 1m3", "C (or --gc)")
	if d := s.m.actions.export.newDocument("").Warnings; len(d) != 1 || !strings.Contains(d[0], "as of 1m3") {
		t.Errorf("the export has the diagnostic %q", d)
	}
	s.press("C")
	s.wants("Collect garbage now? The service is slower for 3ms to 260ms. y collects, any other key cancels")
	_, cmd := s.m.Update(tea.KeyPressMsg{Text: "y", Code: 'y'})
	s.wants("Collecting · esc stops it · the target is slower for up to 260ms")
	s.press("C") // a second request would queue behind the first
	s.wants("Collecting is still running")
	s.do(cmd)
	s.wants("The target has collected garbage, in ")
	s.showLatest()
	s.wants("live heap  269 MiB")
	if strings.Contains(s.text(), "warning") || collections.Load() != 1 {
		t.Errorf("after %d collections the screen is\n%s", collections.Load(), s.text())
	}
}
