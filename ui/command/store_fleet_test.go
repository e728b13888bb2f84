package command

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile/simulated"
	"github.com/leaktop/leaktop/source/store"
	"github.com/leaktop/leaktop/source/store/parca/parcatest"
	"github.com/leaktop/leaktop/ui/check"
)

// Several instances that match one selector are a fleet, and each gets a
// verdict.
func TestCheckOfSeveralInstancesInAStore(t *testing.T) {
	s := parcatest.NewServer()
	t.Cleanup(s.Close)
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	now := time.Now().Truncate(time.Second)
	for pod, leak := range map[string]float64{"checkout-0": 0, "checkout-1": 40 << 20} {
		service := &simulated.Service{Start: now.Add(-100 * time.Hour), Stacks: 20, Leak: leak, LeakFrom: now.Add(-12 * time.Hour)}
		labels := store.Labels{{Name: "job", Value: "checkout"}, {Name: "pod", Value: pod}}
		for at := now.Add(-24 * time.Hour); at.Before(now); at = at.Add(15 * time.Minute) {
			if err := s.Add("memory", labels, service.Heap(at)); err != nil {
				t.Fatal(err)
			}
			if err := s.Add("goroutine", labels, service.Goroutine(at)); err != nil {
				t.Fatal(err)
			}
		}
	}
	c := Check()
	var out, errOut bytes.Buffer
	c.SetOut(&out)
	c.SetErr(&errOut)
	c.SetArgs([]string{"parca+" + s.URL + "?job=checkout", "--since", "25h", "--format", "json"})
	err := c.ExecuteContext(t.Context())
	var exit *ExitError
	if !errors.As(err, &exit) || exit.Code != check.ExitLeak {
		t.Fatalf("%v, %s", err, errOut.String())
	}
	var got struct {
		Target   string
		Suspects []struct{ Function string }
		Targets  []struct {
			Name, Verdict string
			Polls         int
			Suspects      []struct {
				Onset *struct {
					Time   time.Time
					Before bool
				}
			}
		}
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatalf("%v in %s", err, out.String())
	}
	if len(got.Targets) != 2 || len(got.Suspects) != 1 || got.Target != `{job="checkout"}` {
		t.Fatalf("%+v", got)
	}
	profiles := 0
	for _, x := range got.Targets {
		want := map[string]string{"checkout-0": "steady", "checkout-1": "leak"}[x.Name]
		if x.Name == "0" || x.Name == "1" {
			want = map[string]string{"0": "steady", "1": "leak"}[x.Name]
		}
		if x.Verdict != want {
			t.Errorf("%s is %s, want %s", x.Name, x.Verdict, want)
		}
		if want == "leak" {
			if o := x.Suspects[0].Onset; o == nil || o.Before || o.Time.Sub(now.Add(-12*time.Hour)).Abs() > 90*time.Minute {
				t.Errorf("began %+v, want 12 hours ago", o)
			}
		}
		profiles += x.Polls
	}
	if n := s.Profiles.Load(); n > store.MaxProfiles || profiles == 0 {
		t.Errorf("%d profiles were fetched, of at most %d", n, store.MaxProfiles)
	}
}
