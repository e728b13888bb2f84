package dump

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leaktop/leaktop/profile"
)

const old = `goroutine 7 [chan receive (nil chan), 1439 minutes]:
example.com/shop/cart.(*Cart[...]).await(0xc0000140a0, {0x1?, 0x2})
	/src/shop/cart.go:41 +0x1d
main.handle(...)
	/src/shop/main.go:9
created by example.com/shop/cart.(*Cart[...]).Open in goroutine 1
	/src/shop/cart.go:12 +0x44

goroutine 9 [chan receive (nil chan), 3 minutes]:
example.com/shop/cart.(*Cart[...]).await(0xc0000140a0, {0x1?, 0x2})
	/src/shop/cart.go:41 +0x1d
main.handle(...)
	/src/shop/main.go:9
created by example.com/shop/cart.(*Cart[...]).Open in goroutine 1
	/src/shop/cart.go:12 +0x44

goroutine 12 gp=0xc000002380 m=0 mp=0x6fd200 [syscall, 2 minutes, locked to thread]:
runtime.cgocall(0x4a3a40, 0xc00004fe98)
	/usr/local/go/src/runtime/cgocall.go:167 +0x4b
main._Cfunc_wait()
	C:/Users/a b/main.go:88 +0x3a
created by main.main
	C:/Users/a b/main.go:3 +0x1a

goroutine 13 [select (no cases) (leaked) labels:{"user, id": "1]:"}]:
main.forEver()
	/src/shop/main.go:30 +0xf
...103 frames elided...
created by main.main in goroutine 1
	/src/shop/main.go:31 +0x1a
`

func TestParse(t *testing.T) {
	d, err := Parse([]byte(old))
	if err != nil {
		t.Fatal(err)
	}
	open := &profile.Place{Func: "example.com/shop/cart.(*Cart[...]).Open", File: "/src/shop/cart.go", Line: 12}
	want := Dump{N: 4, Groups: []Group{
		{
			Stack: []profile.Place{{Func: "example.com/shop/cart.(*Cart[...]).await", File: "/src/shop/cart.go", Line: 41}, {Func: "main.handle", File: "/src/shop/main.go", Line: 9}},
			Goroutines: []Goroutine{
				{ID: 7, State: "chan receive (nil chan)", WaitTime: 1439 * time.Minute, CreatedAt: open},
				{ID: 9, State: "chan receive (nil chan)", WaitTime: 3 * time.Minute, CreatedAt: open},
			},
		},
		{
			Stack:      []profile.Place{{Func: "main._Cfunc_wait", File: "C:/Users/a b/main.go", Line: 88}},
			Goroutines: []Goroutine{{ID: 12, State: "syscall", WaitTime: 2 * time.Minute, Locked: true, CreatedAt: &profile.Place{Func: "main.main", File: "C:/Users/a b/main.go", Line: 3}}},
		},
		{
			Stack:      []profile.Place{{Func: "main.forEver", File: "/src/shop/main.go", Line: 30}},
			Goroutines: []Goroutine{{ID: 13, State: "select (no cases)", Leaked: true, CreatedAt: &profile.Place{Func: "main.main", File: "/src/shop/main.go", Line: 31}}},
		},
	}}
	if diff := cmp.Diff(want, d); diff != "" {
		t.Error(diff)
	}
	median, longest := d.Groups[0].WaitTimes()
	if median != 3*time.Minute || longest != 1439*time.Minute {
		t.Errorf("waits %v, at most %v", median, longest)
	}
	if d.Groups[2].CountLeaked() != 1 || d.Groups[0].CountLeaked() != 0 {
		t.Error("the leaked goroutine is not distinguished from the others")
	}
}

// A truncated dump loses the goroutine that is incomplete, and reports that.
func TestCutDump(t *testing.T) {
	d, err := Parse([]byte(old[:strings.Index(old, "goroutine 12")+70]))
	if err != nil || !d.Truncated || d.N != 2 {
		t.Errorf("%d goroutines, cut %v, %v; want the 2 whole ones", d.N, d.Truncated, err)
	}
}

func TestNoDump(t *testing.T) {
	for _, text := range []string{"", "<html>", "goroutine profile: total 3\n1 @ 0x1\n", "goroutine x [running]:\n"} {
		if _, err := Parse([]byte(text)); err == nil {
			t.Errorf("%q was taken for a dump", text)
		}
	}
}

// States do not contain control characters from a hostile dump, and waiting times are
// bounded.
func TestHostileHeader(t *testing.T) {
	d, err := Parse([]byte("goroutine 1 [\x1b[31mchan" + strings.Repeat("x", 1000) + ", 99999999999 minutes]:\nmain.f()\n\t/f.go:99999999999999999999\n"))
	if err != nil {
		t.Fatal(err)
	}
	r := d.Groups[0].Goroutines[0]
	if strings.ContainsRune(r.State, 0x1b) || len(r.State) > maxState || r.WaitTime > maxMinutes*time.Minute {
		t.Errorf("%+v", r)
	}
}

func TestCountRetained(t *testing.T) {
	g := func(ids ...uint64) Group {
		var out Group
		for _, id := range ids {
			out.Goroutines = append(out.Goroutines, Goroutine{ID: id})
		}
		return out
	}
	if n := CountRetained(g(1, 2, 3, 4), g(2, 4, 5)); n != 2 {
		t.Errorf("%d stayed, want 2", n)
	}
}

// Every goroutine is in one group, whatever the text.
func FuzzParse(f *testing.F) {
	f.Add([]byte(old))
	f.Add([]byte("goroutine 1 [running]:\n\t\ncreated by  in goroutine \n"))
	f.Add([]byte("goroutine 1 [a]b]:\nf(\nf)\n(f)\n\t:1\n\t +0x\ncreated by ("))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := Parse(data)
		if err != nil {
			return
		}
		n := 0
		for _, g := range d.Groups {
			n += len(g.Goroutines)
			if m := CountRetained(g, g); m != len(g.Goroutines) && !hasRepeats(g) {
				t.Errorf("%d of %d are the same as themselves", m, len(g.Goroutines))
			}
			g.CommonState()
			g.CommonCreator()
			if median, longest := g.WaitTimes(); median > longest || median < 0 {
				t.Errorf("waits %v, at most %v", median, longest)
			}
		}
		if n != d.N {
			t.Errorf("%d in groups, of %d", n, d.N)
		}
	})
}

func hasRepeats(g Group) bool {
	for i := range g.Goroutines[1:] {
		if g.Goroutines[i].ID == g.Goroutines[i+1].ID {
			return true
		}
	}
	return false
}

// 100,000 goroutines at 50 places, 60 MiB of text.
func BenchmarkParse(b *testing.B) {
	var s strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&s, "goroutine %d [chan receive, %d minutes]:\n", i, i%100)
		for j := range 5 {
			fmt.Fprintf(&s, "example.com/shop/store.(*Cache[...]).level%d(0xc0000140a0, {0x1?, 0x2})\n\t/src/shop/store/cache.go:%d +0x1d\n", j, i%50)
		}
		s.WriteString("created by main.main in goroutine 1\n\t/src/shop/main.go:31 +0x1a\n\n")
	}
	data := []byte(s.String())
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := Parse(data); err != nil {
			b.Fatal(err)
		}
	}
}

// TestDumpsOfNewWordsAreBounded checks dumps in which each goroutine has a new name or
// line, which would otherwise take ten times their size.
func TestDumpsOfNewWordsAreBounded(t *testing.T) {
	for name, frame := range map[string]string{
		"names":    "f%d()\n\ta.go:1\n",
		"files":    "f()\n\ta%d.go:1\n",
		"creators": "created by f\n\ta.go:%d\n",
	} {
		var b bytes.Buffer
		for i := range maxWords + 100 {
			fmt.Fprintf(&b, "goroutine 1 [running]:\n"+frame+"\n", i)
		}
		d, err := Parse(b.Bytes())
		if err != nil || !d.Truncated || d.N > maxWords {
			t.Errorf("%s: %d goroutines, cut is %v, %v; want a cut dump", name, d.N, d.Truncated, err)
		}
	}
	long := "goroutine 1 [running]:\n" + strings.Repeat("x", 1<<20) + "()\n\ta.go:1\n\n"
	if d, err := Parse([]byte(long)); err != nil || len(d.Groups[0].Stack[0].Func) != maxWord {
		t.Errorf("a long name: %v", err)
	}
}
