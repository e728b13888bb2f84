package source

import (
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile/simulated"
	"github.com/leaktop/leaktop/source/store"
	"github.com/leaktop/leaktop/source/target"
)

// Profiles that arrived in the store between two requests, as during an outage, are fetched
// too. If there are many, only a few of them and the newest are.
func TestFollowFetchesWhatItMissed(t *testing.T) {
	s := newParca(t, 4, "checkout")
	parsed, err := target.Parse("parca+" + s.URL + "?job=checkout")
	if err != nil {
		t.Fatal(err)
	}
	src, err := Open(t.Context(), parsed, Options{CacheDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = src.Close() }()
	h := src.(*Recorded).feed.history
	now := time.Now().Truncate(time.Millisecond)
	service := &simulated.Service{Start: now.Add(-100 * time.Hour), Stacks: 20}
	labels := store.Labels{{Name: "job", Value: "checkout"}, {Name: "pod", Value: "checkout-0"}}
	for age := 50 * time.Second; age > 0; age -= 2 * time.Second {
		if err := s.Add("memory", labels, service.Heap(now.Add(-age))); err != nil {
			t.Fatal(err)
		}
	}
	items, err := h.Follow(t.Context())
	if err != nil || len(items) < 4 || len(items) > 8 {
		t.Fatalf("got %d new profiles, %v; want 4 to 8 of 25", len(items), err)
	}
	if newest := items[len(items)-1].Time; !newest.Equal(now.Add(-2 * time.Second)) {
		t.Errorf("the newest is of %v, want %v", newest, now.Add(-2*time.Second))
	}
	if items, err := h.Follow(t.Context()); err != nil || len(items) > 0 {
		t.Errorf("got %d new profiles again, %v", len(items), err)
	}
}
