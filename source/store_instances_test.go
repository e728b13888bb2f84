package source

import (
	"slices"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile/simulated"
	"github.com/leaktop/leaktop/source/store"
	"github.com/leaktop/leaktop/source/store/parca/parcatest"
	"github.com/leaktop/leaktop/source/target"
)

// instancesOf returns a fake Parca with the profiles of pods that ran at the same time,
// the first of which was replaced once.
func instancesOf(t *testing.T) *parcatest.Server {
	t.Helper()
	s := parcatest.NewServer()
	t.Cleanup(s.Close)
	now := time.Now().Truncate(time.Second)
	service := &simulated.Service{Start: now.Add(-100 * time.Hour), Stacks: 5}
	add := func(job, pod, version string, from, to time.Duration) {
		for at := now.Add(-from); !at.After(now.Add(-to)); at = at.Add(30 * time.Minute) {
			l := store.Labels{{Name: "job", Value: job}, {Name: "pod", Value: pod}, {Name: "version", Value: version}}
			if err := s.Add("memory", l, service.Heap(at)); err != nil {
				t.Fatal(err)
			}
		}
	}
	add("checkout", "checkout-0", "v1", 10*time.Hour, 6*time.Hour)
	add("checkout", "checkout-0", "v2", 5*time.Hour, time.Minute)
	add("checkout", "checkout-1", "v1", 10*time.Hour, time.Minute)
	add("cart", "cart-0", "v1", 10*time.Hour, time.Minute)
	return s
}

func TestStoreInstancesAreTargets(t *testing.T) {
	s := instancesOf(t)
	for arg, want := range map[string][]string{
		"?job=checkout":                {"checkout-0", "checkout-1"},
		"?job=cart":                    nil,
		"?job=checkout&pod=checkout-0": nil, // one process after another
		"?pod=~c.*":                    {"cart-0", "checkout-0", "checkout-1"},
		"":                             nil,
	} {
		parsed, err := target.Parse("parca+" + s.URL + arg)
		if err != nil {
			t.Fatal(err)
		}
		all, err := StoreInstances(t.Context(), parsed, Options{})
		if err != nil {
			t.Errorf("%s: %v", arg, err)
		}
		var names []string
		for _, x := range all {
			names = append(names, x.Name)
			src, err := Open(t.Context(), x, Options{CacheDir: t.TempDir(), FullSpeed: true, StoreProfiles: 20})
			if err != nil {
				t.Errorf("%s: %v", x.Name, err)
				continue
			}
			if err := src.Close(); err != nil {
				t.Error(err)
			}
		}
		if !slices.Equal(names, want) {
			t.Errorf("%s: the instances are %v, want %v", arg, names, want)
		}
	}
}

func TestCompleteStore(t *testing.T) {
	s := instancesOf(t)
	base := "parca+" + s.URL
	for _, tt := range []struct {
		begun   string
		isValue bool
		want    []string
	}{
		{base, false, []string{base + "?job=", base + "?pod=", base + "?version="}},
		{base + "?", false, []string{base + "?job=", base + "?pod=", base + "?version="}},
		{base + "?p", true, []string{base + "?pod=cart-0", base + "?pod=checkout-0", base + "?pod=checkout-1"}},
		{base + "?job=", true, []string{base + "?job=cart", base + "?job=checkout"}},
		{base + "?job=ch", true, []string{base + "?job=checkout"}},
		{base + "?job=checkout&ve", true, []string{base + "?job=checkout&version=v1", base + "?job=checkout&version=v2"}},
		{base + "?job=checkout&version=v", true, []string{base + "?job=checkout&version=v1", base + "?job=checkout&version=v2"}},
		{base + "?nothing=", true, nil},
		{"parca+http://", false, nil},
		{":6060", false, nil},
	} {
		got, isValue := CompleteStore(t.Context(), tt.begun, Options{})
		if !slices.Equal(got, tt.want) || isValue != tt.isValue {
			t.Errorf("%s: got %v, %v, want %v, %v", tt.begun, got, isValue, tt.want, tt.isValue)
		}
	}
}
