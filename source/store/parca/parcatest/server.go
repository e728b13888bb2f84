// Package parcatest provides a fake Parca: the routes that leaktop uses, with the responses of Parca v0.28. It stores
// each sample type of a profile separately and, like Parca, loses the sampling rate and the labels of samples.
package parcatest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/leaktop/leaktop/source/store"
	"github.com/leaktop/leaktop/source/store/storetest"
)

// Server is a fake Parca.
type Server struct {
	*httptest.Server
	storetest.Samples

	// Fault, unless nil, can respond to a request in place of Parca. It returns true if it did.
	Fault atomic.Pointer[func(http.ResponseWriter, *http.Request) bool]
	// HasPartialSums makes the total in the middle of each series that of a part of its
	// profile, as Parca's sometimes are: its count is then too high.
	HasPartialSums atomic.Bool
	// Profiles counts the single profiles that were read.
	Profiles atomic.Int64
}

// NewServer starts a server on loopback. The caller must close it.
func NewServer() *Server {
	s := &Server{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/profiles/types", s.serveTypes)
	mux.HandleFunc("GET /api/profiles/labels", s.serveLabels)
	mux.HandleFunc("GET /api/profiles/labels/{name}/values", s.serveValues)
	mux.HandleFunc("GET /api/profiles/query_range", s.queryRange)
	mux.HandleFunc("GET /api/profiles/query", s.serveQuery)
	mux.HandleFunc("POST /api/profiles/writeraw", s.serveWrite)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if f := s.Fault.Load(); f != nil && (*f)(w, r) {
			return
		}
		mux.ServeHTTP(w, r)
	}))
	return s
}

// SetFault sets a function that can respond to a request in place of Parca. It returns true if it did.
func (s *Server) SetFault(f func(http.ResponseWriter, *http.Request) bool) { s.Fault.Store(&f) }

// writeJSON writes JSON.
func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client may be gone
}

// writeError writes an error as the gRPC gateway does. In place of one that says that there
// is nothing, Parca sends the page of its user interface.
func writeError(w http.ResponseWriter, status, code int, message string) {
	if status == http.StatusNotFound {
		w.Header().Set("Grpc-Metadata-Content-Type", "application/grpc")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, "<!doctype html><title>Parca</title>") // the client may be gone
		return
	}
	writeJSON(w, status, map[string]any{"code": code, "message": message, "details": []any{}})
}

const (
	codeInvalid  = 3
	codeNotFound = 5
)

// parseWindow parses start and end.
func parseWindow(w http.ResponseWriter, r *http.Request) (out store.Window, ok bool) {
	for name, to := range map[string]*time.Time{"start": &out.From, "end": &out.To} {
		text := r.URL.Query().Get(name)
		if text == "" {
			continue
		}
		t, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			writeError(w, http.StatusBadRequest, codeInvalid, "parsing field \""+name+"\": "+err.Error())
			return out, false
		}
		*to = t
	}
	return out, true
}

func (s *Server) serveTypes(w http.ResponseWriter, r *http.Request) {
	in, ok := parseWindow(w, r)
	if !ok {
		return
	}
	out := []map[string]any{}
	for _, t := range storetest.Types(s.In(in)) {
		out = append(out, map[string]any{
			"name": t.Name, "sampleType": t.Sample, "sampleUnit": t.Unit, "periodType": t.PeriodType, "periodUnit": t.PeriodUnit, "delta": t.Delta,
		})
	}
	writeJSON(w, http.StatusOK, map[string]any{"types": out})
}

func (s *Server) serveLabels(w http.ResponseWriter, r *http.Request) {
	if in, ok := parseWindow(w, r); ok {
		writeJSON(w, http.StatusOK, map[string]any{"labelNames": storetest.LabelNames(s.In(in)), "warnings": []any{}})
	}
}

func (s *Server) serveValues(w http.ResponseWriter, r *http.Request) {
	if in, ok := parseWindow(w, r); ok {
		writeJSON(w, http.StatusOK, map[string]any{"labelValues": storetest.LabelValues(s.In(in), r.PathValue("name")), "warnings": []any{}})
	}
}

// parseQuery parses TYPE{SELECTOR}.
func parseQuery(w http.ResponseWriter, query string) (t string, sel store.Selector, ok bool) {
	t, braces, ok := strings.Cut(query, "{")
	if !ok {
		writeError(w, http.StatusBadRequest, codeInvalid, "failed to parse query")
		return "", nil, false
	}
	if n := strings.Count(t, ":"); n != 4 && n != 5 {
		writeError(w, http.StatusBadRequest, codeInvalid, fmt.Sprintf("profile-type selection must be of the form <name>:<sample-type>:<sample-unit>:<period-type>:<period-unit>(:delta), got(%d): %q", n+1, t))
		return "", nil, false
	}
	sel, err := store.ParseSelector("{" + braces)
	if err != nil {
		writeError(w, http.StatusBadRequest, codeInvalid, "failed to parse query")
		return "", nil, false
	}
	return t, sel, true
}

func (s *Server) queryRange(w http.ResponseWriter, r *http.Request) {
	in, ok := parseWindow(w, r)
	if !ok {
		return
	}
	t, sel, ok := parseQuery(w, r.URL.Query().Get("query"))
	if !ok {
		return
	}
	step, _ := time.ParseDuration(r.URL.Query().Get("step"))
	series := []map[string]any{}
	for _, all := range storetest.BySeries(s.Select(t, sel, in)) {
		one := rangeSeries(all, step)
		if samples := one["samples"].([]map[string]any); s.HasPartialSums.Load() && len(samples) > 2 {
			samples[len(samples)/2]["value"], samples[len(samples)/2]["count"] = "7", 2
		}
		series = append(series, one)
	}
	if len(series) == 0 {
		writeError(w, http.StatusNotFound, codeNotFound, "No data found for the query, try a different query or time range or no data has been written to be queried yet.")
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"series": series})
}

// rangeSeries returns the first sample of each step, with its own time.
func rangeSeries(all []storetest.Sample, step time.Duration) map[string]any {
	labels := []map[string]string{}
	for _, l := range all[0].Labels {
		labels = append(labels, map[string]string{"name": l.Name, "value": l.Value})
	}
	samples, last := []map[string]any{}, int64(-1)
	for _, x := range all {
		if step > 0 {
			cell := x.Time.UnixNano() / int64(step)
			if cell == last {
				continue
			}
			last = cell
		}
		samples = append(samples, map[string]any{
			"timestamp": x.Time.UTC().Format(time.RFC3339Nano), "value": strconv.FormatInt(x.Total, 10), "valuePerSecond": float64(x.Total), "count": 1,
		})
	}
	return map[string]any{"labelset": map[string]any{"labels": labels}, "samples": samples}
}

func (s *Server) serveQuery(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("mode") != "" || q.Get("report_type") != "REPORT_TYPE_PPROF" {
		writeError(w, http.StatusBadRequest, codeInvalid, "the fake answers single profiles in pprof only")
		return
	}
	t, sel, ok := parseQuery(w, q.Get("single.query"))
	if !ok {
		return
	}
	at, err := time.Parse(time.RFC3339Nano, q.Get("single.time"))
	if err != nil {
		writeError(w, http.StatusBadRequest, codeInvalid, err.Error())
		return
	}
	at = at.Truncate(time.Millisecond)
	found := s.Select(t, sel, store.Window{From: at, To: at})
	if len(found) == 0 {
		writeError(w, http.StatusNotFound, codeNotFound, "could not find profile at requested time and selectors")
		return
	}
	s.Profiles.Add(1)
	writeJSON(w, http.StatusOK, map[string]any{"pprof": found[0].Data, "total": strconv.FormatInt(found[0].Total, 10)})
}

func (s *Server) serveWrite(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Series []struct {
			Labels struct {
				Labels []struct{ Name, Value string } `json:"labels"`
			} `json:"labels"`
			Samples []struct {
				RawProfile []byte `json:"raw_profile"`
			} `json:"samples"`
		} `json:"series"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		writeError(w, http.StatusBadRequest, codeInvalid, err.Error())
		return
	}
	for _, series := range in.Series {
		name, labels := "", store.Labels{}
		for _, l := range series.Labels.Labels {
			if l.Name == "__name__" {
				name = l.Value
			} else {
				labels = append(labels, store.Label{Name: l.Name, Value: l.Value})
			}
		}
		for _, x := range series.Samples {
			if err := s.Add(name, labels, x.RawProfile); err != nil {
				writeError(w, http.StatusBadRequest, codeInvalid, "failed to normalize pprof: "+err.Error())
				return
			}
		}
	}
	writeJSON(w, http.StatusOK, map[string]any{})
}
