package e2e

import (
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/source/store"
	"github.com/leaktop/leaktop/source/store/parca/parcatest"
	"github.com/leaktop/leaktop/source/store/prometheus/prometheustest"
)

// faultyStore is a Parca that can be taken down.
type faultyStore struct {
	*parcatest.Server
	isDown  atomic.Bool
	refused atomic.Int64 // profiles
	// from and to are the beginning and the end of the last outage.
	from, to time.Time
}

func newFaultyStore() *faultyStore {
	s := &faultyStore{Server: parcatest.NewServer()}
	s.SetFault(func(w http.ResponseWriter, r *http.Request) bool {
		if !s.isDown.Load() {
			return false
		}
		if r.Method == http.MethodPost {
			s.refused.Add(1)
		}
		w.WriteHeader(http.StatusServiceUnavailable)
		return true
	})
	return s
}

// setDown takes the store down, or up again.
func (s *faultyStore) setDown(down bool) {
	s.isDown.Store(down)
	if s.to = time.Now(); down {
		s.from = s.to
		s.refused.Store(0)
	}
}

// duringOutage returns the number of samples that the store has from the time of the outage.
func (s *faultyStore) duringOutage() int { return len(s.In(store.Window{From: s.from, To: s.to})) }

type storeKey struct{}

// scriptStore is the script command "store WHAT": "start VARIABLE" starts a fake Parca and
// sets its address, "down" and "up" take it down and up, "has N" waits until it has N samples
// more than at its last outage, "refuses N" until it has refused N profiles during the
// outage, and "complete" until it has samples from the time of the outage.
func scriptStore(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: store WHAT")
	}
	n := 1
	if len(args) > 1 {
		n, _ = strconv.Atoi(args[1])
	}
	if args[0] == "start" {
		s := newFaultyStore()
		ts.Defer(s.Close)
		ts.Value(storeKey{}).(*storeHolder).faultyStore = s
		ts.Setenv(args[1], s.URL)
		return
	}
	s := ts.Value(storeKey{}).(*storeHolder).faultyStore
	switch args[0] {
	case "down":
		s.setDown(true)
	case "up":
		s.setDown(false)
	case "has":
		begun := s.Len()
		awaitScript(ts, "profiles in the store", func() bool { return s.Len() >= begun+n })
	case "refuses":
		awaitScript(ts, "refused profiles", func() bool { return s.refused.Load() >= int64(n) })
	case "complete":
		if s.duringOutage() == 0 {
			ts.Fatalf("the store has nothing of the %v in which it was down", s.to.Sub(s.from))
		}
	default:
		ts.Fatalf("the store can't %s", args[0])
	}
}

type storeHolder struct{ *faultyStore }

func awaitScript(ts *testscript.TestScript, what string, ok func() bool) {
	if !eventually.Wait(ok) {
		ts.Fatalf("no %s after %v", what, eventually.Patience)
	}
}

// scriptPrometheus is the script command "prometheus VARIABLE": it starts a fake Prometheus
// with a week of data about the cluster's deployment checkout, whose second pod has grown
// since it was created 50 hours ago and is killed at its limit every 6 hours.
func scriptPrometheus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: prometheus VARIABLE")
	}
	s := newShopMetrics()
	ts.Defer(s.Close)
	ts.Setenv(args[0], s.URL)
}

// newShopMetrics returns a fake Prometheus with seven days of data about the pods of
// newShopCluster.
func newShopMetrics() *prometheustest.Server {
	s := prometheustest.NewServer()
	now := time.Now()
	s.AddPod("checkout-7d9f6c5b8-00001", now.Add(-7*24*time.Hour), now)
	s.AddLeakingPod("checkout-7d9f6c5b8-00002", now.Add(-50*time.Hour), now, 6*time.Hour)
	return s
}
