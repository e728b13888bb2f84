// Package prometheustest has a fake Prometheus: the routes that leaktop uses, answered as
// Prometheus 2.42 does, for the part of PromQL that leaktop's own queries have. If a real
// Prometheus is installed, tests run against it, too.
package prometheustest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/store"
	"github.com/leaktop/leaktop/source/store/storetest"
)

// lookBack is how old a value may be to count as the current one: Prometheus' default.
const lookBack = 5 * time.Minute

// Series is a series that the server has. Its name is the label __name__.
type Series struct {
	Labels store.Labels
	Points []profile.Value // in the order of time
}

// Server is a fake Prometheus.
type Server struct {
	*httptest.Server
	// Now is the clock of the server; nil for this machine's.
	Now func() time.Time
	// Queries counts the queries that were answered or refused.
	Queries atomic.Int64

	mu     sync.Mutex
	series []Series
	fault  func(http.ResponseWriter, *http.Request) bool
	warn   []string
}

// NewServer starts a server on loopback; the caller closes it.
func NewServer() *Server {
	s := &Server{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/v1/query", s.answerInstant)
	mux.HandleFunc("GET /api/v1/query_range", s.answerRange)
	mux.HandleFunc("GET /api/v1/label/{name}/values", s.answerValues)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.Queries.Add(1)
		s.mu.Lock()
		fault := s.fault
		s.mu.Unlock()
		if fault != nil && fault(w, r) {
			return
		}
		mux.ServeHTTP(w, r)
	}))
	return s
}

// Add adds a series: a name, labels in the form of a query of a URL, and values.
func (s *Server) Add(name, labels string, points []profile.Value) {
	sel, err := store.ParseQuery(labels)
	if err != nil {
		panic(err)
	}
	x := Series{Labels: store.Labels{{Name: "__name__", Value: name}}, Points: points}
	for _, m := range sel {
		x.Labels = append(x.Labels, store.Label{Name: m.Name, Value: m.Value})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.series = append(s.series, x)
}

// SetFault sets a function that may respond instead of the server, in which case it
// returns true; nil for none.
func (s *Server) SetFault(f func(http.ResponseWriter, *http.Request) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
}

// SetWarnings sets the warnings in the server's responses.
func (s *Server) SetWarnings(texts ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.warn = texts
}

func (s *Server) now() time.Time {
	if s.Now != nil {
		return s.Now()
	}
	return time.Now()
}

// answer writes a successful answer.
func (s *Server) answer(w http.ResponseWriter, data any) {
	out := map[string]any{"status": "success", "data": data}
	s.mu.Lock()
	if len(s.warn) > 0 {
		out["warnings"] = s.warn
	}
	s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(out) // the client is gone
}

// refuse writes an error as Prometheus does.
func refuse(w http.ResponseWriter, status int, kind, text string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"status": "error", "errorType": kind, "error": text})
}

func parseTime(text string) (time.Time, error) {
	seconds, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("cannot parse %q to a valid timestamp", text)
	}
	return time.UnixMilli(int64(seconds * 1000)), nil
}

func (s *Server) answerRange(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	from, err1 := parseTime(q.Get("start"))
	to, err2 := parseTime(q.Get("end"))
	seconds, err3 := strconv.ParseFloat(q.Get("step"), 64)
	if err1 != nil || err2 != nil || err3 != nil || seconds <= 0 {
		refuse(w, http.StatusBadRequest, "bad_data", `invalid parameter "start", "end" or "step"`)
		return
	}
	step := time.Duration(seconds * float64(time.Second))
	if to.Sub(from)/step > 11000 {
		refuse(w, http.StatusBadRequest, "bad_data", "exceeded maximum resolution of 11,000 points per timeseries")
		return
	}
	e, err := parseQuery(q.Get("query"))
	if err != nil {
		refuse(w, http.StatusBadRequest, "bad_data", `invalid parameter "query": `+err.Error())
		return
	}
	chosen := e.choose(s)
	byLabels := map[string]int{}
	out := []map[string]any{}
	for at := from; !at.After(to); at = at.Add(step) {
		for _, v := range e.evaluate(chosen, at) {
			key := v.labels.Selector().String()
			i, ok := byLabels[key]
			if !ok {
				i = len(out)
				byLabels[key] = i
				out = append(out, map[string]any{"metric": toMap(v.labels), "values": []any{}})
			}
			out[i]["values"] = append(out[i]["values"].([]any), formatSample(at, v.value))
		}
	}
	s.answer(w, map[string]any{"resultType": "matrix", "result": out})
}

func (s *Server) answerInstant(w http.ResponseWriter, r *http.Request) {
	now := s.now()
	query := r.URL.Query().Get("query")
	if query == "time()" {
		s.answer(w, map[string]any{"resultType": "scalar", "result": formatSample(now, float64(now.UnixMilli())/1000)})
		return
	}
	e, err := parseQuery(query)
	if err != nil {
		refuse(w, http.StatusBadRequest, "bad_data", `invalid parameter "query": `+err.Error())
		return
	}
	out := []map[string]any{}
	for _, v := range e.evaluate(e.choose(s), now) {
		out = append(out, map[string]any{"metric": toMap(v.labels), "value": formatSample(now, v.value)})
	}
	s.answer(w, map[string]any{"resultType": "vector", "result": out})
}

func (s *Server) answerValues(w http.ResponseWriter, r *http.Request) {
	e, err := parseQuery(r.URL.Query().Get("match[]"))
	if err != nil {
		refuse(w, http.StatusBadRequest, "bad_data", `invalid parameter "match[]": `+err.Error())
		return
	}
	values := []string{}
	s.mu.Lock()
	for _, x := range s.series {
		if v := x.Labels.Value(r.PathValue("name")); v != "" && storetest.Matches(e.selector, x.Labels) && !slices.Contains(values, v) {
			values = append(values, v)
		}
	}
	s.mu.Unlock()
	slices.Sort(values)
	s.answer(w, values)
}

func toMap(l store.Labels) map[string]string {
	out := map[string]string{}
	for _, x := range l {
		out[x.Name] = x.Value
	}
	return out
}

func formatSample(at time.Time, v float64) []any {
	return []any{float64(at.UnixMilli()) / 1000, strconv.FormatFloat(v, 'f', -1, 64)}
}

// valueAt returns the value of a series at a time.
func (s Series) valueAt(at time.Time) (float64, bool) {
	i, found := slices.BinarySearchFunc(s.Points, at, func(v profile.Value, t time.Time) int { return v.Time.Compare(t) })
	if !found {
		i--
	}
	if i < 0 || at.Sub(s.Points[i].Time) >= lookBack {
		return 0, false
	}
	return s.Points[i].V, true
}
