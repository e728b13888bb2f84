package profile

import (
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"runtime/pprof"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile/decode"
	"github.com/leaktop/leaktop/profile/plain"
)

func TestDescribe(t *testing.T) {
	own := func(name string, debug int) []byte {
		var b bytes.Buffer
		if err := pprof.Lookup(name).WriteTo(&b, debug); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	file := func(name string) []byte {
		data, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	for _, c := range []struct {
		name     string
		data     []byte
		kind     Kind
		hasTime  bool
		programs []string
	}{
		{"heap", own("heap", 0), Heap, true, []string{"profile.test"}},
		{"allocs", own("allocs", 0), Heap, true, []string{"profile.test"}},
		{"goroutine", own("goroutine", 0), Goroutine, true, []string{"profile.test"}},
		{"threads", own("threadcreate", 0), ThreadCreate, true, []string{"profile.test"}},
		{"block", own("block", 0), Block, true, []string{"profile.test", ""}},
		{"legacy heap", own("heap", 1), Heap, false, []string{"profile.test", ""}},
		{"legacy goroutines", own("goroutine", 1), Goroutine, false, []string{"profile.test", ""}},
		{"heap of a service", file("typ_heap_060.pb.gz"), Heap, true, nil},
		{"goroutines of a service", file("typ_goroutine_300.pb.gz"), Goroutine, true, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := Describe(decode.NewBudget(), c.data)
			if err != nil {
				t.Fatal(err)
			}
			if d.Kind != c.kind || d.Time.IsZero() == c.hasTime {
				t.Errorf("got %s at %v, want %s, with a time: %v", d.Kind, d.Time, c.kind, c.hasTime)
			}
			if c.hasTime && d.Time.After(time.Now()) {
				t.Errorf("got time %v, which is in the future", d.Time)
			}
			for _, p := range c.programs {
				if d.Program == p {
					return
				}
			}
			if c.programs != nil {
				t.Errorf("got program %q, want one of %q", d.Program, c.programs)
			}
		})
	}
}

func TestDescribeRefuses(t *testing.T) {
	var many bytes.Buffer
	z := gzip.NewWriter(&many)
	if _, err := z.Write(bytes.Repeat([]byte{0x32, 0}, decode.MaxMemory/40+1)); err != nil { // empty strings
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Describe(decode.NewBudget(), many.Bytes()); !errors.Is(err, decode.ErrTooLarge) {
		t.Errorf("millions of entries: got %v, want decode.ErrTooLarge", err)
	}
	for _, s := range []string{"", "<html>", "\n\x03abc", "goroutine 1 [running]:\n", "\x1f\x8bxx"} {
		if d, err := Describe(decode.NewBudget(), []byte(s)); err == nil {
			t.Errorf("%q was described as %+v", s, d)
		}
	}
}

// FuzzDescribe describes any bytes, because a folder may have any files.
func FuzzDescribe(f *testing.F) {
	for _, n := range []string{"small_heap_060.pb.gz", "typ_goroutine_300.pb.gz"} {
		data, err := os.ReadFile("testdata/" + n)
		if err != nil {
			f.Fatal(err)
		}
		whole, err := decode.Unpack(data)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
		f.Add(whole)
		f.Add(whole[:len(whole)/2])
	}
	f.Add([]byte("heap profile: 1: 2 [3: 4] @ heap/524288\n1: 2 [3: 4] @ 0x1 0x2\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := Describe(decode.NewBudget(), data)
		if err != nil {
			return
		}
		if plain.Name(d.Program) != d.Program || plain.Name(string(d.Kind)) != string(d.Kind) {
			t.Errorf("%+v is not safe to show", d)
		}
		if !d.Time.IsZero() && !IsPlausible(d.Time) {
			t.Errorf("got time %v", d.Time)
		}
	})
}
