package session

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/recording"
	"github.com/leaktop/leaktop/source/target"
)

// pollCount returns how many polls the hour has; with -short it is two minutes.
func pollCount() int {
	if testing.Short() {
		return 60
	}
	return 1800
}

// hour is a recording of an hour of a typical service with a poll every 2 s. It takes minutes to make, so it is kept
// for later runs.
var hour = sync.OnceValues(func() (string, error) {
	path := filepath.Join(os.TempDir(), fmt.Sprintf("leaktop-bench-%d.tar", pollCount()))
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	if err := makeHour(path + ".new"); err != nil {
		return "", err
	}
	return path, os.Rename(path+".new", path)
})

func makeHour(path string) error {
	w, err := recording.Create(path, recording.Options{Target: "shop/checkout", Started: at(0)})
	if err != nil {
		return err
	}
	heap, err := os.ReadFile("../../profile/testdata/typ_heap_300.pb.gz")
	if err != nil {
		return err
	}
	goroutines, err := os.ReadFile("../../profile/testdata/typ_goroutine_300.pb.gz")
	if err != nil {
		return err
	}
	h := profile.NewHistoryBuilder()
	if _, err := h.Add(profile.Capture{Kind: profile.Heap, Time: at(0), Data: heap}); err != nil {
		return err
	}
	x, _ := h.History().Extract(profile.Selection{Kind: profile.Heap})
	for i := range pollCount() {
		p := x.Proto()
		p.Scale(0.4 + 0.6*float64(i)/float64(pollCount()))
		p.TimeNanos = at(2 * i).UnixNano()
		var b bytes.Buffer
		z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed) // as the runtime does
		if err != nil {
			return err
		}
		if err := errors.Join(p.WriteUncompressed(z), z.Close()); err != nil {
			return err
		}
		for _, m := range []any{
			profile.Capture{Kind: profile.Heap, Time: at(2 * i), Data: b.Bytes()},
			profile.Capture{Kind: profile.Goroutine, Time: at(2 * i), Data: goroutines},
			memory.Reading{Time: at(2 * i), Source: "/metrics", Sys: 1 << 28, HeapAlloc: uint64(i << 16), NumGC: uint32(i), RSS: 1 << 28},
		} {
			if err := w.Append(m); err != nil {
				return err
			}
		}
	}
	return w.Close()
}

// openHour opens the recording and waits for the first state that holds a profile or, if whole, for the one in which
// everything has been read.
func openHour(b *testing.B, whole bool) (*Session, func()) {
	b.Helper()
	path, err := hour()
	if err != nil {
		b.Fatal(err)
	}
	src, err := source.Open(b.Context(), target.Target{Scheme: target.SchemeFile, Name: "hour.tar", Paths: []string{path}}, source.Options{})
	if err != nil {
		b.Fatal(err)
	}
	w := New(src)
	done := startWatch(b, w)
	nextState(w, func(st State) bool { return len(st.Heap) > 0 && (!whole || st.Replay.Loaded == 1) })
	return w, func() {
		done()
		if err := src.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOpenHour measures the time from the command line to the first screen.
func BenchmarkOpenHour(b *testing.B) {
	if _, err := hour(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		_, end := openHour(b, false)
		end()
	}
}

// BenchmarkOpenHourWhole measures the time until everything that a live watch would know has been read.
func BenchmarkOpenHourWhole(b *testing.B) {
	if _, err := hour(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		_, end := openHour(b, true)
		end()
	}
}

// BenchmarkScrub seeks to moments all over the hour and waits for each to be shown.
func BenchmarkScrub(b *testing.B) {
	w, end := openHour(b, true)
	defer end()
	i := 0
	var worst time.Duration
	for b.Loop() {
		i += 677
		t := at(60 + i%(2*pollCount()-100))
		began := time.Now()
		w.Player().Seek(t)
		nextState(w, func(st State) bool { return st.Replay.At.Equal(t) })
		worst = max(worst, time.Since(began))
	}
	b.ReportMetric(float64(worst.Milliseconds()), "worst-ms")
}

// BenchmarkCheckHour measures leaktop check on the recording.
func BenchmarkCheckHour(b *testing.B) {
	path, err := hour()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		src, err := source.Open(b.Context(), target.Target{Scheme: target.SchemeFile, Name: "hour.tar", Paths: []string{path}}, source.Options{FullSpeed: true})
		if err != nil {
			b.Fatal(err)
		}
		w := New(src)
		if err := w.Run(b.Context()); err != nil {
			b.Fatal(err)
		}
		if err := src.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
