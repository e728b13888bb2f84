package fleet

import (
	"net/http"
	"net/http/httptest"
	"net/http/pprof"
	"os"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/source/process"
)

// Processes that serve pprof are watched while they exist: the session of a process that is gone ends, and the order of
// the list does not matter.
func TestProcesses(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	serves := process.Process{
		PID: os.Getpid(), Name: "self",
		Listeners: []process.Listener{{Network: "tcp", Address: strings.TrimPrefix(server.URL, "http://"), ServesPprof: true}},
	}
	other := process.Process{PID: 1 << 30, Name: "other"}
	finder := NewProcesses()
	r := startFleet(t, finder, Options{})
	finder.Set([]process.Process{other, serves})
	st := r.waitUntil(t, "its profiles", func(st State) bool { return len(st.Members) == 1 && st.Members[0].State.Polls > 0 })
	if x := st.Members[0]; x.TargetID != serves.Key() || x.Err != nil || !strings.Contains(x.FullName, "self") {
		t.Errorf("watched %s (%s), error %v", x.TargetID, x.FullName, x.Err)
	}
	finder.Set([]process.Process{serves, other})
	finder.Set([]process.Process{other})
	st = r.waitUntil(t, "its end", func(st State) bool { return st.Members[0].IsGone() && st.Members[0].State.Ended })
	if len(st.Members) != 1 {
		t.Errorf("got %d members", len(st.Members))
	}
}
