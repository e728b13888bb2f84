package trace

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
)

func sample(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/bare-sleep.trace")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestNoTrace(t *testing.T) {
	for name, c := range map[string]struct{ data, says string }{
		"nothing":   {"", "not a Go execution trace"},
		"text":      {"<html>", "not a Go execution trace"},
		"old":       {"go 1.21 trace\x00\x00\x00", "Go 1.21 or older"},
		"newer":     {"go 1.99 trace\x00\x00\x00", "1.99"},
		"too large": {"go 1.26 trace\x00\x00\x00" + strings.Repeat("x", maxSize), "64 MiB"},
	} {
		if _, err := Read(t.Context(), []byte(c.data)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want it to say %q", name, err, c.says)
		}
	}
}

// A recorded trace of another process, which has none of this one's functions.
func TestRecordedTrace(t *testing.T) {
	tr, err := Read(t.Context(), sample(t))
	if err != nil || tr.Truncated {
		t.Fatalf("%+v, %v", tr, err)
	}
	for _, c := range tr.Creators(profile.NewHistoryBuilder()) {
		if c.Entry == "time.Sleep" && strings.HasSuffix(c.Func.Name, "(*tillLimit).pay") && c.N >= 5 {
			return
		}
	}
	t.Errorf("pay is not among the creators: %+v", tr.Births)
}

// Everything in a truncated trace is read.
func TestCutTrace(t *testing.T) {
	data := sample(t)
	full, err := Read(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	isRead := false
	for n := 0; n < len(data); n += len(data) / 50 {
		tr, err := Read(t.Context(), data[:n])
		if err == nil && !tr.Truncated && n > 0 {
			t.Errorf("cut at %d of %d, it says it is whole", n, len(data))
		}
		if tr.Started > full.Started {
			t.Errorf("cut at %d: %d started, of %d", n, tr.Started, full.Started)
		}
		isRead = isRead || tr.Started > 0
	}
	if !isRead {
		t.Error("nothing was read of any part")
	}
}

func TestReadEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("esc")
	cancel(why)
	if _, err := Read(ctx, sample(t)); !errors.Is(err, why) {
		t.Errorf("got %v, want %v", err, why)
	}
}

func FuzzRead(f *testing.F) {
	data := sample(f)
	f.Add(data)
	f.Add(data[:len(data)/2])
	f.Add([]byte("go 1.26 trace\x00\x00\x00"))
	f.Add([]byte("go 1.22 trace\x00\x00\x00\x01\x01\x01\x01\x05\x02\x01\x01\x01\x01"))
	f.Fuzz(func(t *testing.T, data []byte) {
		tr, err := Read(t.Context(), data)
		if err != nil {
			return
		}
		if tr.Ended > tr.Started || len(tr.Births) > maxBirths {
			t.Errorf("%d ended of %d, %d births", tr.Ended, tr.Started, len(tr.Births))
		}
		tr.Creators(profile.NewHistoryBuilder())
	})
}

func BenchmarkRead(b *testing.B) {
	data := sample(b)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := Read(b.Context(), data); err != nil {
			b.Fatal(err)
		}
	}
}
