package callgraph

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image/png"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// calls is a profile with n functions in random stacks that share their roots.
func calls(n, stacks int, seed uint64) Input {
	r := rand.New(rand.NewPCG(seed, 1))
	funcs := make([]*profile.Function, n)
	for i := range funcs {
		funcs[i] = &profile.Function{Name: fmt.Sprintf("example.com/shop/pkg%d.(*Type).Func%d", i%9, i)}
	}
	in := Input{Title: "heap inuse_space", Unit: "bytes", Growth: map[*profile.Function]float64{}}
	for range stacks {
		var frames []profile.Frame
		at := r.IntN(3)
		for len(frames) < 12 && at < n {
			frames = append([]profile.Frame{{Func: funcs[at]}}, frames...)
			at += 1 + r.IntN(1+n/8)
			if r.IntN(30) == 0 {
				at = max(0, at-n/4) // recursion
			}
		}
		in.Stacks, in.Values = append(in.Stacks, profile.NewStack(nil, frames...)), append(in.Values, r.Int64N(1<<24))
	}
	for i, f := range funcs {
		if i%5 == 0 {
			in.Growth[f] = r.Float64()*1e6 - 2e5
		}
	}
	return in
}

// Boxes do not overlap, callers are above callees, and everything is inside the picture.
func TestLayout(t *testing.T) {
	for seed := range uint64(8) {
		p, err := newPicture(calls(20+int(seed)*30, 40+int(seed)*30, seed))
		if err != nil {
			t.Fatal(err)
		}
		for i, a := range p.nodes {
			if a.x-a.w/2 < 0 || a.x+a.w/2 > p.width || a.y-a.h/2 < titleHeight || a.y+a.h/2 > p.height {
				t.Errorf("seed %d: %s is outside", seed, a.fn.Name)
			}
			for _, b := range p.nodes[i+1:] {
				if abs := func(v float64) float64 { return max(v, -v) }; abs(a.x-b.x) < (a.w+b.w)/2-0.01 && abs(a.y-b.y) < (a.h+b.h)/2-0.01 {
					t.Errorf("seed %d: %s and %s overlap", seed, a.fn.Name, b.fn.Name)
				}
			}
		}
		for _, e := range p.edges {
			if upper, lower := e.ends(); upper.layer >= lower.layer {
				t.Errorf("seed %d: %s is not above %s", seed, upper.fn.Name, lower.fn.Name)
			}
		}
	}
}

func TestPictures(t *testing.T) {
	for name, in := range map[string]Input{"nothing": {Title: "empty", Unit: "bytes"}, "one": calls(1, 1, 1), "many": calls(300, 900, 2)} {
		t.Run(name, func(t *testing.T) {
			var s, b bytes.Buffer
			if err := WriteSVG(&s, in); err != nil {
				t.Fatal(err)
			}
			d := xml.NewDecoder(&s)
			for {
				if _, err := d.Token(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					t.Fatal(err)
				}
			}
			start := time.Now()
			if err := WritePNG(&b, in); err != nil {
				t.Fatal(err)
			}
			t.Logf("%d bytes of PNG in %v", b.Len(), time.Since(start))
			if dir := os.Getenv("LEAKTOP_PICTURES"); dir != "" {
				if err := os.WriteFile(dir+"/"+name+".png", b.Bytes(), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if img, err := png.Decode(&b); err != nil || img.Bounds().Dx() < 100 {
				t.Errorf("%v, %v", img.Bounds(), err)
			}
		})
	}
}

// A name from a profile is written as text, whatever it contains.
func TestHostileNames(t *testing.T) {
	in := calls(3, 5, 3)
	in.Stacks[0].FrameAt(0).Func.Name = "a/b.<script>\"&\x1b[31m\u202e"
	var s bytes.Buffer
	if err := WriteSVG(&s, in); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(s.String(), "<script>") || strings.ContainsAny(s.String(), "\x1b\u202e") {
		t.Error("the name is not cleaned")
	}
}

// The text of a graph keeps its size and color on a page with other styles, and fits its
// boxes in any font.
func TestTextsKeepTheirStyle(t *testing.T) {
	var s bytes.Buffer
	if err := WriteSVG(&s, calls(3, 5, 3)); err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(s.String()) {
		if !strings.HasPrefix(line, "<text") {
			continue
		}
		if n++; !strings.Contains(line, ` textLength="`) || !strings.Contains(line, `style="font:`) || !strings.Contains(line, `fill:#`) {
			t.Errorf("the text %q has no width or style of its own", line)
		}
	}
	if n == 0 {
		t.Error("no texts")
	}
}

func BenchmarkPNG300(b *testing.B) {
	in := calls(300, 900, 2)
	for b.Loop() {
		if err := WritePNG(io.Discard, in); err != nil {
			b.Fatal(err)
		}
	}
}

// Shares are relative to the sum, as in the tables, even if part of a difference is
// negative.
func TestSharesOfADifference(t *testing.T) {
	grew, shrank := &profile.Function{Name: "main.grew"}, &profile.Function{Name: "main.shrank"}
	p, err := newPicture(Input{Title: "heap inuse_space", Unit: "bytes", Values: []int64{60 << 20, -20 << 20}, Stacks: []*profile.Stack{
		profile.NewStack(nil, profile.Frame{Func: grew}), profile.NewStack(nil, profile.Frame{Func: shrank}),
	}})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"main.grew": "60.0 MiB (150%)", "main.shrank": "-20.0 MiB (-50%)"}
	for _, n := range p.nodes {
		if got := n.lines[2].text; got != want[n.fn.Name] {
			t.Errorf("%s: got %q, want %q", n.fn.Name, got, want[n.fn.Name])
		}
	}
}
