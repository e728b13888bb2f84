package prometheus_test

import (
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/longterm"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/sourcetest"
	"github.com/leaktop/leaktop/source/store/prometheus/prometheustest"
)

const (
	rolloutAge = 76 * time.Hour
	restartAge = 50 * time.Hour
)

// fill adds all scenarios to a server.
func fill(s *prometheustest.Server, now time.Time, instance string) {
	from := now.Add(-6 * 24 * time.Hour)
	s.AddLeak(from, now.Add(-rolloutAge), now, 6*time.Hour)
	s.AddDaily(from, now)
	s.AddCache(from, now)
	s.AddProcess(instance, "checkout", from, now.Add(-restartAge), now, 8)
}

// servers runs f against the fake and, if it is installed, the real server.
func servers(t *testing.T, f func(t *testing.T, url, instance string)) {
	const instance = "127.0.0.1:1"
	t.Run("fake", func(t *testing.T) {
		s := prometheustest.NewServer()
		defer s.Close()
		fill(s, time.Now(), instance)
		f(t, s.URL, instance)
	})
	t.Run("real", func(t *testing.T) {
		f(t, startReal(t, instance, nil), instance)
	})
}

// startReal starts the real server with the scenarios as its past.
func startReal(t *testing.T, instance string, jobs map[string]string) string {
	t.Helper()
	for _, name := range []string{"prometheus", "promtool"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("there is no %s here", name)
		}
	}
	s := prometheustest.NewServer()
	defer s.Close()
	fill(s, time.Now(), instance)
	log, err := os.Create(t.TempDir() + "/log")
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.StartReal(t.Context(), t.TempDir(), jobs, log)
	if err != nil {
		text, _ := os.ReadFile(log.Name())
		t.Fatalf("%v\n%s", err, text)
	}
	t.Cleanup(func() {
		r.Stop()
		_ = log.Close()
	})
	return r.URL
}

// load reads the past of a target as the whole program does.
func load(t *testing.T, arg string, parsed string, f profile.Facts, o source.Options) source.Past {
	t.Helper()
	m, err := source.NewMetrics(arg, o, 0, source.MetricsQueries{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	o.Metrics = m
	x := sourcetest.Parse(t, parsed)
	src, err := source.Open(t.Context(), x, o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = src.Close() }()
	return src.(source.HasPast).Past().Load(t.Context(), f)
}

func TestPastOfTargets(t *testing.T) {
	t.Parallel()
	servers(t, func(t *testing.T, url, instance string) {
		now := time.Now()
		pod := func(name string) profile.Facts {
			return profile.Facts{Namespace: prometheustest.Namespace, Pod: name, ContainerName: "app"}
		}
		for name, tt := range map[string]struct {
			query string
			f     profile.Facts
			want  longterm.Outlook
			since time.Time
		}{
			"leak": {
				"", pod(prometheustest.NewPod),
				longterm.Outlook{Course: longterm.Grows, Cause: longterm.Mark{Kind: longterm.MarkRollout}, Restarts: 12, Kills: 12, AtLimit: true, Every: 6 * time.Hour},
				now.Add(-rolloutAge),
			},
			"swing": {"", pod(prometheustest.DailyPod), longterm.Outlook{Course: longterm.Daily}, time.Time{}},
			"cache": {"", pod(prometheustest.CachePod), longterm.Outlook{Course: longterm.PageCache, IsLonger: true}, time.Time{}},
			"address": {
				"",
				profile.Facts{},
				longterm.Outlook{Course: longterm.Grows, Cause: longterm.Mark{Kind: longterm.MarkRollout, Version: "v1.9"}},
				now.Add(-restartAge),
			},
			"selector": {
				"?job=checkout",
				profile.Facts{},
				longterm.Outlook{Course: longterm.Grows, Cause: longterm.Mark{Kind: longterm.MarkRollout, Version: "v1.9"}},
				now.Add(-restartAge),
			},
			"pod by selector": {
				"{namespace=\"shop\",pod=\"" + prometheustest.DailyPod + "\"}", profile.Facts{}, longterm.Outlook{Course: longterm.Daily}, time.Time{},
			},
		} {
			p := load(t, url+tt.query, instance, tt.f, source.Options{})
			for _, d := range p.Diagnostics {
				t.Errorf("%s: %s", name, d)
			}
			o, w := longterm.Judge(p.Data), tt.want
			if o.Course != w.Course || o.Cause.Kind != w.Cause.Kind || o.Cause.Version != w.Cause.Version || o.Restarts != w.Restarts ||
				o.Kills != w.Kills || o.AtLimit != w.AtLimit || o.Every.Round(time.Hour) != w.Every || o.IsLonger != w.IsLonger {
				t.Errorf("%s: %+v", name, o)
			}
			if !tt.since.IsZero() && o.Since.Sub(tt.since).Abs() > time.Minute {
				t.Errorf("%s: since %v, not %v", name, o.Since, tt.since)
			}
			if n := len(p.Queries); n == 0 || n > 10 {
				t.Errorf("%s: %d queries", name, n)
			}
			if len(p.Lines[longterm.Goroutines]) == 0 && name != "cache" {
				t.Errorf("%s: no goroutines", name)
			}
			if m, _ := p.Memory(); len(p.Recent[m]) < 200 {
				t.Errorf("%s: %d values of the last hour", name, len(p.Recent[m]))
			}
		}
	})
}

// A real Prometheus scrapes a real service, which is found by its address; its current
// figures follow its past.
func TestPastOfARealService(t *testing.T) {
	if !eventually.IsFull() {
		t.Skip("it waits for up to 15 s until a value is read; LEAKTOP_FULL is not set")
	}
	t.Parallel()
	service := startService(t)
	url := startReal(t, service, map[string]string{"checkout": service})
	eventually.Holds(t, "value of the service", func() bool {
		p := load(t, url, service, profile.Facts{}, source.Options{})
		m, line := p.Memory()
		recent := p.Recent[m]
		if n := len(recent); n == 0 || recent[n-1].V != serviceRSS {
			return false
		}
		if len(line) < 300 || m != longterm.Resident {
			t.Errorf("%d values of %s", len(line), m)
		}
		if g := p.Recent[longterm.Goroutines]; len(g) == 0 || g[len(g)-1].V < 1 || g[len(g)-1].V > 1000 {
			t.Errorf("%d goroutines", len(g))
		}
		return true
	})
}

// The answers to one query are used for all pods of a workload.
func TestAFleetAsksOnce(t *testing.T) {
	s := prometheustest.NewServer()
	defer s.Close()
	fill(s, time.Now(), "127.0.0.1:1")
	m, err := source.NewMetrics(s.URL, source.Options{}, 0, source.MetricsQueries{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	x := sourcetest.Parse(t, "127.0.0.1:1")
	src, err := source.Open(t.Context(), x, source.Options{Metrics: m})
	if err != nil {
		t.Fatal(err)
	}
	f := profile.Facts{Namespace: "shop", Pod: prometheustest.NewPod, ContainerName: "app", Limit: 1 << 31}
	first := src.(source.HasPast).Past().Load(t.Context(), f)
	asked := s.Queries.Load()
	if asked > 10 || len(first.Lines) == 0 {
		t.Errorf("%d requests", asked)
	}
	again := src.(source.HasPast).Past().Load(t.Context(), f)
	if more := s.Queries.Load() - asked; more > 1 { // the last hour moves on
		t.Errorf("%d more requests", more)
	}
	if len(again.Lines[longterm.WorkingSet]) != len(first.Lines[longterm.WorkingSet]) {
		t.Error("the second answer differs")
	}
}

// A failure is one sentence, with what to do next.
func TestPastThatCannotBeRead(t *testing.T) {
	t.Parallel()
	s := prometheustest.NewServer()
	defer s.Close()
	fill(s, time.Now(), "127.0.0.1:1")
	respond := func(status int, kind, text string) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			_, _ = w.Write([]byte(text))
			return true
		}
	}
	pod := profile.Facts{Namespace: "shop", Pod: prometheustest.NewPod}
	for name, tt := range map[string]struct {
		fault func(http.ResponseWriter, *http.Request) bool
		query string
		f     profile.Facts
		want  []string
	}{
		"401":          {respond(401, "text/plain", "no"), "", pod, []string{"requires authentication (401)", "--bearer-token-file", "X-Scope-OrgID"}},
		"no tenant":    {respond(401, "text/plain", "no org id"), "", pod, []string{"X-Scope-OrgID: TENANT"}},
		"HTML":         {respond(200, "text/html", "<html>Sign in</html>"), "", pod, []string{"not a response of the Prometheus HTTP API", "login page"}},
		"404":          {respond(404, "text/plain", "404 page not found"), "", pod, []string{"does not have it (404)", "URL/api/v1"}},
		"503":          {respond(503, "application/json", `{"status":"error","error":"busy"}`), "", pod, []string{"does not answer queries at the moment (503)", "in a minute"}},
		"no such pod":  {nil, "", profile.Facts{Namespace: "shop", Pod: "checkout-7d9f6bc5d-k8s2z"}, nil},
		"near pod":     {nil, "", profile.Facts{Namespace: "shop", Pod: "cart-9"}, []string{`no series of pod "cart-9"`, "similar: ", prometheustest.DailyPod}},
		"near space":   {nil, "", profile.Facts{Namespace: "shpo", Pod: "x"}, []string{`no series of namespace "shpo"; similar: "shop"`}},
		"near job":     {nil, "?job=chekout", profile.Facts{}, []string{`no series of job "chekout"; similar: "checkout"`}},
		"not scraped":  {nil, "", profile.Facts{}, []string{`scrapes no process at 192.0.2.7:1`, `"127.0.0.1:1"`, "--prometheus 'URL?job=JOB&instance=INSTANCE'"}},
		"hostile name": {nil, "", profile.Facts{Namespace: "shop", Pod: "a\"} or up{b=\"\x1b[31m"}, []string{`no series of pod`}},
	} {
		s.SetFault(tt.fault)
		p := load(t, s.URL+tt.query, "192.0.2.7:1", tt.f, source.Options{})
		if name == "no such pod" { // its predecessors are shown
			if len(p.Lines) == 0 {
				t.Errorf("%s: %+v", name, p.Diagnostics)
			}
			continue
		}
		if len(p.Diagnostics) != 1 || p.Diagnostics[0].Code != profile.CodeMetrics {
			t.Errorf("%s: %+v", name, p.Diagnostics)
			continue
		}
		text := p.Diagnostics[0].String()
		for _, want := range tt.want {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q lacks %q", name, text, want)
			}
		}
		if strings.ContainsAny(text, "\x1b\n") {
			t.Errorf("%s: %q is not plain", name, text)
		}
	}
}

// Partial data is shown, and a diagnostic says what is missing.
func TestPastInParts(t *testing.T) {
	now := time.Now()
	s := prometheustest.NewServer()
	defer s.Close()
	fill(s, now, "127.0.0.1:1")
	pod := profile.Facts{Namespace: "shop", Pod: prometheustest.NewPod, ContainerName: "app"}
	says := func(name string, code profile.Code, want string) {
		t.Helper()
		p := load(t, s.URL, "127.0.0.1:1", pod, source.Options{})
		if len(p.Lines) == 0 {
			t.Errorf("%s: nothing is read: %+v", name, p.Diagnostics)
		}
		if !slices.ContainsFunc(p.Diagnostics, func(d profile.Diagnostic) bool { return d.Code == code && strings.Contains(d.String(), want) }) {
			t.Errorf("%s: %+v", name, p.Diagnostics)
		}
	}
	s.SetFault(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.Contains(r.URL.Query().Get("query"), "cache") {
			return false
		}
		w.WriteHeader(http.StatusUnprocessableEntity)
		_, _ = w.Write([]byte(`{"status":"error","errorType":"execution","error":"too many samples"}`))
		return true
	})
	says("a query", profile.CodeMetrics, "the query cache failed")
	s.SetFault(nil)
	s.SetWarnings("store-2 did not answer")
	says("parts", profile.CodeStoreParts, "store-2 did not answer")
	s.SetWarnings()
	s.Now = func() time.Time { return time.Now().Add(-20 * time.Minute) }
	says("clock", profile.CodeClockSkew, "20m behind")
	s.Now = func() time.Time { return time.Now().Add(5 * time.Hour) }
	says("silent", profile.CodeStoreSilent, "nothing has arrived since")
}
