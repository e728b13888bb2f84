package ui

import (
	"net/http"
	"net/http/httptest"
	"net/http/pprof"
	"os"
	"testing"

	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/process"
)

// The session of a process ends when the process is gone, and none is started after the
// end.
func TestMachineSessions(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	s := newMachineSessions()
	self := process.Process{PID: os.Getpid(), Name: "self"}
	w, err := s.start(t.Context(), self, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s.endOthers(map[string]bool{self.Key(): true})
	for st := range w.Updates() {
		if st.Ended {
			t.Fatal("it ended although its process is there")
		}
		if st.Polls > 0 {
			break
		}
	}
	s.endOthers(nil)
	if err := s.wait(); err != nil {
		t.Error(err)
	}
	if _, err := s.start(t.Context(), self, source.Options{}); err == nil {
		t.Error("one was started after the end")
	}
}
