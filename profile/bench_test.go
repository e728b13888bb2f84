package profile

import (
	"os"
	"testing"
)

const largest = "testdata/large_heap_060.pb.gz" // 31,491 samples

func BenchmarkAddLarge(b *testing.B) {
	data, err := os.ReadFile(largest)
	if err != nil {
		b.Fatal(err)
	}
	h := NewHistoryBuilder()
	for b.Loop() {
		if _, err := h.Add(Capture{Kind: Heap, Data: data}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkStoreLarge measures the bookkeeping of a poll without its decoding.
func BenchmarkStoreLarge(b *testing.B) {
	_, s := loadHistory(b, largest)
	st := newStore(s)
	for b.Loop() {
		st.addObservation(s)
	}
}

func BenchmarkRowsLarge(b *testing.B) {
	for _, by := range []struct {
		name string
		by   Grouping
	}{{"functions", ByFunction}, {"stacks", ByStack}} {
		b.Run(by.name, func(b *testing.B) {
			h, s := loadHistory(b, largest)
			for range 8 {
				h.currentEpoch().stores[Heap].addObservation(s)
			}
			for b.Loop() {
				if _, ok := h.History().Rows(Selection{Kind: Heap, By: by.by}); !ok {
					b.Fatal("no rows")
				}
			}
		})
	}
}
