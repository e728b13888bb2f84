package prometheus

import (
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile/leak/longterm"
	"github.com/leaktop/leaktop/source/store"
)

// Whatever a label's value contains, it stays within its quotes.
func TestValuesAreQuoted(t *testing.T) {
	hostile := `a"} or up{b=~".*` + "\x1b\n\\"
	target := Target{Namespace: hostile, Pod: hostile, Container: hostile}
	values := target.values(store.Selector{{Name: "job", Op: "=", Value: hostile}})
	for _, all := range []Queries{podQueries, jobQueries} {
		for m, text := range all {
			query, ok := expandQuery(text, values)
			if !ok {
				t.Errorf("%s: a value is not known", m)
			}
			// The selector of the metric is parsed again.
			open, end := strings.IndexByte(query, '{'), strings.LastIndexByte(query, '}')
			sel, err := store.ParseSelector(query[open : end+1])
			if err != nil {
				t.Errorf("%s: %v: %s", m, err, query)
				continue
			}
			for _, x := range sel {
				if x.Op == "=" && (x.Name == "namespace" || x.Name == "job") && x.Value != hostile {
					t.Errorf("%s: %s is %q", m, x.Name, x.Value)
				}
			}
			if err := CheckQuery(text); err != nil {
				t.Errorf("%s: %v", m, err)
			}
			if err := CheckMetric(string(m)); err != nil {
				t.Error(err)
			}
		}
	}
}

// A query is sent only if all of its values are known.
func TestExpandNeedsItsValues(t *testing.T) {
	values := Target{}.values(store.Selector{{Name: "job", Op: "=", Value: "a"}})
	if _, ok := expandQuery(`x{pod=$pod}`, values); ok {
		t.Error("the pod is not known")
	}
	if q, ok := expandQuery(`x{job=$job,$selector}`, values); !ok || q != `x{job="a",job="a"}` {
		t.Errorf("%s, %v", q, ok)
	}
}

func TestPodsOfAWorkload(t *testing.T) {
	for pod, want := range map[string]string{
		"checkout-7d9f6bc5d-k8s2p": "checkout-" + generated + "{1,10}-" + generated + "{5}",
		"a.b-c-7d9f6bc5d-k8s2p":    `a\.b-c-` + generated + "{1,10}-" + generated + "{5}",
		"fluentd-x7k2p":            "fluentd-" + generated + "{5}",
		"db-0":                     "db-0",
		"db-11111":                 "db-11111", // no generated name has a 1
		"x":                        "x",
	} {
		if got := podsLike(pod); got != want {
			t.Errorf("%s: %s, not %s", pod, got, want)
		}
	}
	if templateOf("a-7d9f6bc5d-k8s2p") == templateOf("a-5d8f7b6c4-k8s2p") || templateOf("db-0") != "" {
		t.Error("versions are not told apart")
	}
}

// The user's queries replace the default ones, and an empty one removes one.
func TestMergeQueries(t *testing.T) {
	q := podQueries.merge(Queries{longterm.Cache: " ", longterm.Version: "v"})
	if _, ok := q[longterm.Cache]; ok || q[longterm.Version] != "v" || q[longterm.WorkingSet] != podQueries[longterm.WorkingSet] {
		t.Errorf("%v", q)
	}
	if _, ok := podQueries[longterm.Version]; ok {
		t.Error("the defaults changed")
	}
}

func FuzzSample(f *testing.F) {
	for _, text := range []string{`[1435781430.781,"1"]`, `[1,"NaN"]`, `[1,"+Inf"]`, `[1e300,"1"]`, `[]`, `[1,2]`, `{"a":1}`, `[1,"x",3]`, `["1","1"]`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var s sample
		if err := s.UnmarshalJSON([]byte(text)); err == nil && s.ok && (s.V != s.V || s.V-s.V != 0) {
			t.Errorf("%q is %v", text, s.V)
		}
	})
}
