package heaptext

import (
	"bytes"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	google "github.com/google/pprof/profile"
)

var kept [][]byte

//go:noinline
func allocate(n int) {
	for range n {
		kept = append(kept, make([]byte, 1<<20))
	}
}

// own returns the heap profile of this process; debug selects the format.
func own(t *testing.T, debug int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := pprof.Lookup("heap").WriteTo(&b, debug); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sumStacks returns inuse_space by stack, as functions and lines.
func sumStacks(t *testing.T, p *google.Profile) map[string]int64 {
	t.Helper()
	sums := map[string]int64{}
	for _, s := range p.Sample {
		var stack strings.Builder
		for _, l := range s.Location {
			for _, line := range l.Line {
				if line.Function.Name != "runtime.goexit" {
					stack.WriteString(line.Function.Name + " " + line.Function.Filename + "\n")
				}
			}
		}
		sums[stack.String()] += s.Value[3]
	}
	return sums
}

// TestTextSaysWhatTheProfileSays compares the two formats of the same heap.
func TestTextSaysWhatTheProfileSays(t *testing.T) {
	allocate(32)
	runtime.GC()
	runtime.GC()
	text, binary := own(t, 1), own(t, 0)
	if !IsHeapText(text) || IsHeapText(binary) {
		t.Fatal("the formats are not told apart")
	}
	at := time.Unix(1000, 0)
	data, err := Convert(text, at)
	if err != nil {
		t.Fatal(err)
	}
	got, err := google.ParseData(data)
	if err != nil {
		t.Fatal(err)
	}
	want, err := google.ParseData(binary)
	if err != nil {
		t.Fatal(err)
	}
	if got.TimeNanos != at.UnixNano() {
		t.Errorf("taken at %d", got.TimeNanos)
	}
	gotSums, wantSums := sumStacks(t, got), sumStacks(t, want)
	compared := 0
	for stack, n := range wantSums {
		if strings.Contains(stack, "allocate") {
			compared++
			if gotSums[stack] != n {
				t.Errorf("got %d bytes, want %d, of\n%s", gotSums[stack], n, stack)
			}
		}
	}
	if compared == 0 {
		t.Fatal("nothing was compared")
	}
	runtime.KeepAlive(kept)
}

func TestCutOffText(t *testing.T) {
	const record = "2: 2048 [2: 2048] @ 0x10 0x20\n#\t0x10\t\tmain.grow+0x1\t\t/src/main.go:7\n#\t0x20\t\tmain.main+0x2\t/src/main.go:3\n\n"
	const head = "heap profile: 2: 2048 [2: 2049] @ heap/2\n"
	for _, c := range []struct {
		text string
		want []string
	}{
		{head + record, []string{"main.grow", "main.main"}},
		{head + record + "1: 1024 [1: 10", []string{"main.grow", "main.main"}},
		{head + strings.TrimSuffix(record, "3\n\n"), []string{"main.grow"}},
	} {
		data, err := Convert([]byte(c.text), time.Unix(1, 0))
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		p, err := google.ParseData(data)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range p.Sample[0].Location {
			got = append(got, l.Line[0].Function.Name)
		}
		if strings.Join(got, " ") != strings.Join(c.want, " ") || len(p.Sample) != 1 || p.Sample[0].Value[3] != 2048 {
			t.Errorf("%q: got %v, %v", c.text, got, p.Sample)
		}
	}
	if _, err := Convert([]byte("heap profile: what"), time.Unix(1, 0)); err == nil {
		t.Error("damage is accepted")
	}
}

func FuzzConvert(f *testing.F) {
	f.Add([]byte("heap profile: 2: 2048 [2: 2049] @ heap/2\n2: 2048 [2: 2048] @ 0x10 0x20\n#\t0x10\tmain.grow+0x1\t/src/main.go:7\n"))
	f.Add([]byte("heap profile: 1: 1 [1: 2] @ heap/1048576\n1: 1 [1: 1] @ 0x1\n#\t0x1\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		data, err := Convert(text, time.Unix(1, 0))
		if err != nil {
			return
		}
		if _, err := google.ParseData(data); err != nil {
			t.Errorf("%q: the result is not a profile: %v", text, err)
		}
	})
}
