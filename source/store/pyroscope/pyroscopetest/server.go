// Package pyroscopetest provides a fake Pyroscope: the routes that leaktop uses, with the responses of Pyroscope v2.2.
// Profiles of a range are merged, that is, their values are added.
package pyroscopetest

import (
	"encoding/binary"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"time"

	"github.com/leaktop/leaktop/profile/simulated"
	"github.com/leaktop/leaktop/source/store"
	"github.com/leaktop/leaktop/source/store/storetest"
)

// Server is a fake Pyroscope with one tenant.
type Server struct {
	*httptest.Server
	storetest.Samples
	// Tenant is the only tenant; empty if tenants are not distinguished.
	Tenant string
}

// NewServer starts a server on loopback. The caller must close it.
func NewServer(tenant string) *Server {
	s := &Server{Tenant: tenant}
	mux := http.NewServeMux()
	const querier = "POST /querier.v1.QuerierService/"
	mux.HandleFunc(querier+"ProfileTypes", s.serveTypes)
	mux.HandleFunc(querier+"LabelNames", s.labelNames)
	mux.HandleFunc(querier+"LabelValues", s.labelValues)
	mux.HandleFunc(querier+"SelectSeries", s.selectSeries)
	mux.HandleFunc(querier+"SelectMergeProfile", s.mergeProfile)
	mux.HandleFunc("POST /push.v1.PusherService/Push", s.servePush)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.Tenant != "" && r.Header.Get("X-Scope-OrgID") == "" {
			writeError(w, http.StatusUnauthorized, "unauthenticated", "no org id")
			return
		}
		mux.ServeHTTP(w, r)
	}))
	return s
}

// writeError writes an error as Connect does.
func writeError(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"code": code, "message": message}) // the client may be gone
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // the client may be gone
}

// requestBody is the JSON body of every request.
type requestBody struct {
	Name          string   `json:"name"`
	ProfileTypeID string   `json:"profileTypeID"`
	LabelSelector string   `json:"labelSelector"`
	Start         int64    `json:"start"`
	End           int64    `json:"end"`
	GroupBy       []string `json:"groupBy"`
	Step          float64  `json:"step"`
}

func (b requestBody) parseWindow() (w store.Window) {
	if b.Start != 0 {
		w.From = time.UnixMilli(b.Start)
	}
	if b.End != 0 {
		w.To = time.UnixMilli(b.End)
	}
	return w
}

// readRequest returns the request and the tenant's samples in its window.
func (s *Server) readRequest(w http.ResponseWriter, r *http.Request) (a requestBody, all []storetest.Sample, ok bool) {
	if err := json.NewDecoder(r.Body).Decode(&a); err != nil {
		writeError(w, http.StatusBadRequest, "invalid_argument", err.Error())
		return a, nil, false
	}
	const day = 24 * 60 * 60 * 1000
	switch {
	case a.Start == 0 || a.End == 0:
		writeError(w, http.StatusBadRequest, "invalid_argument", "missing time range in the query")
		return a, nil, false
	case a.End-a.Start > day: // the default of querier.max-query-length
		writeError(w, http.StatusBadRequest, "invalid_argument", "the query time range exceeds the limit (max_query_length, limit: 1d)")
		return a, nil, false
	}
	return a, s.samplesOf(r, a.parseWindow()), true
}

// samplesOf returns the samples of a request's tenant in a window.
func (s *Server) samplesOf(r *http.Request, w store.Window) []storetest.Sample {
	if s.Tenant != "" && r.Header.Get("X-Scope-OrgID") != s.Tenant {
		return nil
	}
	return s.In(w)
}

func (s *Server) serveTypes(w http.ResponseWriter, r *http.Request) {
	_, all, ok := s.readRequest(w, r)
	if !ok {
		return
	}
	out := []map[string]string{}
	for _, t := range storetest.Types(all) {
		out = append(out, map[string]string{
			"ID": t.String(), "name": t.Name, "sampleType": t.Sample, "sampleUnit": t.Unit, "periodType": t.PeriodType, "periodUnit": t.PeriodUnit,
		})
	}
	writeJSON(w, map[string]any{"profileTypes": out})
}

func (s *Server) labelNames(w http.ResponseWriter, r *http.Request) {
	if _, all, ok := s.readRequest(w, r); ok {
		writeJSON(w, map[string]any{"names": append([]string{"__name__", "__profile_type__"}, storetest.LabelNames(all)...)})
	}
}

func (s *Server) labelValues(w http.ResponseWriter, r *http.Request) {
	if a, all, ok := s.readRequest(w, r); ok {
		writeJSON(w, map[string]any{"names": storetest.LabelValues(all, a.Name)})
	}
}

// selectSamples returns the samples that match a type and a selector.
func selectSamples(w http.ResponseWriter, all []storetest.Sample, t, selector string) ([]storetest.Sample, bool) {
	sel, err := store.ParseSelector(selector)
	if err != nil {
		writeError(w, http.StatusBadRequest, "invalid_argument", err.Error())
		return nil, false
	}
	return slices.DeleteFunc(all, func(x storetest.Sample) bool { return x.Type.String() != t || !storetest.Matches(sel, x.Labels) }), true
}

// selectSeries adds up the samples of each step, whatever aggregation is asked for: version 2 does not pass that on. The
// time of a point is the end of its step. The first step begins before the window.
func (s *Server) selectSeries(w http.ResponseWriter, r *http.Request) {
	a, all, ok := s.readRequest(w, r)
	if !ok {
		return
	}
	if all, ok = selectSamples(w, all, a.ProfileTypeID, a.LabelSelector); !ok {
		return
	}
	for i := range all {
		all[i].Labels = slices.DeleteFunc(slices.Clone(all[i].Labels), func(l store.Label) bool { return !slices.Contains(a.GroupBy, l.Name) })
	}
	step := int64(a.Step * 1000)
	series := []map[string]any{}
	for _, one := range storetest.BySeries(all) {
		sums, counts := map[int64]float64{}, map[int64]int{}
		var times []int64
		for _, x := range one {
			at := a.Start + (x.Time.UnixMilli()-a.Start+step-1)/step*step
			if counts[at]++; counts[at] == 1 {
				times = append(times, at)
			}
			sums[at] += float64(x.Total)
		}
		points := []map[string]any{}
		for _, at := range times {
			points = append(points, map[string]any{"value": sums[at], "timestamp": strconv.FormatInt(at, 10)})
		}
		labels := []map[string]string{}
		for _, l := range one[0].Labels {
			labels = append(labels, map[string]string{"name": l.Name, "value": l.Value})
		}
		series = append(series, map[string]any{"labels": labels, "points": points})
	}
	writeJSON(w, map[string]any{"series": series})
}

// mergeProfile adds up the profiles of a range. Request and response are protobuf.
func (s *Server) mergeProfile(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Content-Type") != "application/proto" {
		writeError(w, http.StatusUnsupportedMediaType, "unknown", "the fake speaks protobuf here only")
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	texts, numbers := decodeFields(body)
	in := store.Window{From: time.UnixMilli(int64(numbers[3])), To: time.UnixMilli(int64(numbers[4]))}
	found, ok := selectSamples(w, s.samplesOf(r, in), texts[1], texts[2])
	if !ok {
		return
	}
	w.Header().Set("Content-Type", "application/proto")
	var data [][]byte
	for _, x := range found {
		data = append(data, x.Data)
	}
	if len(data) == 0 {
		return // an empty message
	}
	merged, err := simulated.Merge(data...)
	if err != nil {
		writeError(w, http.StatusInternalServerError, "internal", err.Error())
		return
	}
	_, _ = w.Write(merged) // the client may be gone
}

// decodeFields reads the strings and integers of a protobuf message, by field number.
func decodeFields(b []byte) (texts map[uint64]string, numbers map[uint64]uint64) {
	texts, numbers = map[uint64]string{}, map[uint64]uint64{}
	for len(b) > 0 {
		key, n := binary.Uvarint(b)
		if n <= 0 {
			return texts, numbers
		}
		v, m := binary.Uvarint(b[n:])
		if m <= 0 {
			return texts, numbers
		}
		b = b[n+m:]
		if key&7 == 0 {
			numbers[key>>3] = v
			continue
		}
		v = min(v, uint64(len(b)))
		texts[key>>3], b = string(b[:v]), b[v:]
	}
	return texts, numbers
}

func (s *Server) servePush(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Series []struct {
			Labels  []struct{ Name, Value string } `json:"labels"`
			Samples []struct {
				RawProfile []byte `json:"rawProfile"`
			} `json:"samples"`
		} `json:"series"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		writeError(w, http.StatusBadRequest, "invalid_argument", err.Error())
		return
	}
	for _, series := range in.Series {
		name, labels := "", store.Labels{}
		for _, l := range series.Labels {
			if l.Name == "__name__" {
				name = l.Value
			} else {
				labels = append(labels, store.Label{Name: l.Name, Value: l.Value})
			}
		}
		if labels.Value("service_name") == "" {
			writeError(w, http.StatusBadRequest, "invalid_argument", "service name is not provided")
			return
		}
		for _, x := range series.Samples {
			if err := s.Add(name, labels, x.RawProfile); err != nil {
				writeError(w, http.StatusBadRequest, "invalid_argument", err.Error())
				return
			}
		}
	}
	writeJSON(w, map[string]any{})
}
