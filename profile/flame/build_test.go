package flame

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/leaktop/leaktop/profile"
)

// load returns a history of files from package profile's testdata, two seconds
// apart.
func load(t testing.TB, files ...string) *profile.HistoryBuilder {
	t.Helper()
	h := profile.NewHistoryBuilder()
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join("../testdata", f))
		if err != nil {
			t.Fatal(err)
		}
		kind := profile.Heap
		if strings.Contains(f, "goroutine") {
			kind = profile.Goroutine
		}
		at = at.Add(2 * time.Second)
		if _, err := h.Add(profile.Capture{Kind: kind, Time: at, Data: data}); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

func build(t testing.TB, h *profile.HistoryBuilder, sel profile.Selection, by Measure) *Tree {
	t.Helper()
	v, ok := h.History().StackValues(sel)
	if !ok {
		t.Fatal("no profile")
	}
	return Build(v, by, nil)
}

// sums returns flat and cum by function, computed from a tree.
func sums(t *Tree) map[string][2]int64 {
	out := map[string][2]int64{}
	on := map[string]int{}
	var walk func(n *Node)
	walk = func(n *Node) {
		name, s := n.Name(), out[n.Name()]
		s[0] += n.Self
		if on[name] == 0 {
			s[1] += n.Total
		}
		out[name] = s
		on[name]++
		for _, c := range n.Children {
			walk(c)
		}
		on[name]--
	}
	for _, c := range t.Root.Children {
		walk(c)
	}
	return out
}

func TestSumsEqualRows(t *testing.T) {
	for _, files := range [][]string{
		{"typ_heap_001.pb.gz", "typ_heap_020.pb.gz", "typ_heap_060.pb.gz", "typ_heap_150.pb.gz"},
		{"large_heap_060.pb.gz", "large_heap_120.pb.gz"},
		{"small_heap_060.pb.gz"},
		{"typ_goroutine_300.pb.gz"},
	} {
		h := load(t, files...)
		kind := profile.Heap
		if strings.Contains(files[0], "goroutine") {
			kind = profile.Goroutine
		}
		s, _ := h.History().Latest(kind)
		for _, typ := range s.Types {
			sel := profile.Selection{Kind: kind, Type: typ.Name}
			rows, _ := h.History().Rows(sel)
			tree := build(t, h, sel, Size)
			if tree.Root.Total != rows.Total || tree.Type != typ {
				t.Errorf("%s %s: root %d of %v, the table has %d", files[0], typ.Name, tree.Root.Total, tree.Type, rows.Total)
			}
			got := sums(tree)
			for _, r := range rows.Rows {
				if g := got[r.Func.Name]; g != [2]int64{r.Flat, r.Cum} {
					t.Errorf("%s %s %s: %v, the table has %d %d", files[0], typ.Name, r.Func.Name, g, r.Flat, r.Cum)
				}
				delete(got, r.Func.Name)
			}
			if len(got) > 0 {
				t.Errorf("%s %s: %d functions that the table lacks", files[0], typ.Name, len(got))
			}
		}
	}
}

// The growth of a function with a single node equals that in the table.
func TestGrowthEqualsRows(t *testing.T) {
	h := load(t, "typ_heap_001.pb.gz", "typ_heap_020.pb.gz", "typ_heap_060.pb.gz", "typ_heap_150.pb.gz", "typ_heap_300.pb.gz")
	sel := profile.Selection{Kind: profile.Heap}
	tree := build(t, h, sel, Growth)
	nodes := map[string][]*Node{}
	tree.Root.Walk(func(n *Node) bool {
		nodes[n.Name()] = append(nodes[n.Name()], n)
		return true
	})
	rows, _ := h.History().Rows(sel)
	compared := 0
	for _, r := range rows.Rows {
		if ns := nodes[r.Func.Name]; len(ns) == 1 && r.Growth != 0 {
			compared++
			if ns[0].Growth != r.Growth || ns[0].SelfGrowth != r.FlatGrowth {
				t.Errorf("%s grows by %g (self %g), the table has %g %g", r.Func.Name, ns[0].Growth, ns[0].SelfGrowth, r.Growth, r.FlatGrowth)
			}
		}
	}
	if compared < 10 || tree.GrowthSpan == 0 {
		t.Errorf("%d functions compared over %v", compared, tree.GrowthSpan)
	}
}

func TestBaselineIsADifference(t *testing.T) {
	h := load(t, "typ_heap_001.pb.gz")
	if !h.SetBaseline(time.Date(2026, 1, 2, 3, 4, 8, 0, time.UTC)) {
		t.Fatal("no baseline")
	}
	sel := profile.Selection{Kind: profile.Heap, Baseline: true}
	if tree := build(t, h, sel, Size); tree.Root.Total != 0 || tree.Baseline.IsZero() {
		t.Errorf("a profile less itself is %d", tree.Root.Total)
	}
}

// funcs are a few functions for stacks.
var funcs = func() (fs [6]*profile.Function) {
	for i := range fs {
		fs[i] = &profile.Function{ID: int32(i), Name: string(rune('a' + i))}
	}
	return fs
}()

func drawValues(t *rapid.T) profile.StackValues {
	v := profile.StackValues{}
	n := rapid.IntRange(0, 12).Draw(t, "stacks")
	anchors := rapid.SampledFrom([]int{0, 2, 8}).Draw(t, "anchors")
	for a := range anchors {
		v.Times = append(v.Times, time.Unix(int64(a), 0))
		v.Past = append(v.Past, nil)
	}
	for range n {
		isObserver := rapid.Bool().Draw(t, "own")
		var frames []profile.Frame
		for range rapid.IntRange(0, 8).Draw(t, "depth") {
			f := rapid.IntRange(0, len(funcs)-1).Draw(t, "f")
			frames = append(frames, profile.Frame{Func: funcs[f], Line: f + 1})
		}
		s := profile.NewStack(nil, frames...)
		s.Observer = isObserver
		v.Stacks = append(v.Stacks, s)
		v.Now = append(v.Now, rapid.Int64Range(-50, 1000).Draw(t, "now"))
		for a := range v.Past {
			v.Past[a] = append(v.Past[a], rapid.Int64Range(0, 1000).Draw(t, "past"))
		}
	}
	return v
}

func TestTreeOfAnyStacks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := drawValues(t)
		by := rapid.SampledFrom([]Measure{Size, Growth}).Draw(t, "by")
		tree := Build(v, by, Build(drawValues(t), by, nil))
		want := map[string][2]int64{}
		var total int64
		for i, s := range v.Stacks {
			total += v.Now[i]
			seen := map[string]bool{}
			for d, f := range s.Frames() {
				w := want[f.Func.Name]
				if d == 0 {
					w[0] += v.Now[i]
				}
				if !seen[f.Func.Name] {
					w[1] += v.Now[i]
				}
				seen[f.Func.Name] = true
				want[f.Func.Name] = w
			}
		}
		if tree.Root.Total != total {
			t.Fatalf("root %d, want %d", tree.Root.Total, total)
		}
		got := sums(tree)
		for name, w := range want {
			if got[name] != w {
				t.Fatalf("%s: %v, want %v", name, got[name], w)
			}
		}
		checkShape(t, tree)
	})
}

// checkShape checks what must hold for every node.
func checkShape(t *rapid.T, tree *Tree) {
	n := 0
	tree.Root.Walk(func(x *Node) bool {
		n++
		sum, room := x.Self, 0.0
		for _, c := range x.Children {
			sum += c.Total
			room += tree.Weight(c)
			if c.Parent != x || c.Depth != x.Depth+1 {
				t.Fatalf("%v is no child of %v", c, x)
			}
		}
		if sum != x.Total || room > tree.ChildrenWeight(x) {
			t.Fatalf("%s: parts %d of %d, room %g of %g", x.Name(), sum, x.Total, room, tree.ChildrenWeight(x))
		}
		if found, whole := tree.FindPath(x.Path()); !whole || found != x {
			t.Fatalf("%v does not lead to its node", x.Path())
		}
		return true
	})
	if n != tree.Nodes {
		t.Fatalf("%d nodes, said %d", n, tree.Nodes)
	}
}

func TestEndlessRecursionIsCut(t *testing.T) {
	frames := make([]profile.Frame, 4096)
	for i := range frames {
		frames[i] = profile.Frame{Func: funcs[i%2], Line: i}
	}
	s := profile.NewStack(nil, frames...)
	tree := Build(profile.StackValues{Stacks: []*profile.Stack{s, s}, Now: []int64{3, 4}}, Size, nil)
	if tree.Depth != MaxDepth || tree.Root.Total != 7 {
		t.Errorf("depth %d, total %d", tree.Depth, tree.Root.Total)
	}
	n := tree.Root
	for len(n.Children) == 1 {
		n = n.Children[0]
	}
	if n.Self != 7 || n.Func != nil || n.Depth != MaxDepth {
		t.Errorf("the end is %+v", n)
	}
}

// Frames that hold about the same do not swap places with each poll.
func TestOrderHolds(t *testing.T) {
	values := func(now ...int64) profile.StackValues {
		v := profile.StackValues{Now: now}
		for i := range now {
			v.Stacks = append(v.Stacks, profile.NewStack(nil, profile.Frame{Func: funcs[i]}))
		}
		return v
	}
	order := func(t *Tree) (s string) {
		for _, c := range t.Root.Children {
			s += c.Name()
		}
		return s
	}
	a := Build(values(100, 110, 10), Size, nil)
	b := Build(values(120, 105, 11), Size, a)
	c := Build(values(200, 105, 900), Size, b)
	if got := order(a) + " " + order(b) + " " + order(c); got != "bac bac cab" {
		t.Errorf("order %s", got)
	}
}

// All 31,491 stacks of the largest profile have allocated something.
var largest = profile.Selection{Kind: profile.Heap, Type: "alloc_space"}

func BenchmarkBuild(b *testing.B) {
	h := load(b, "large_heap_060.pb.gz", "large_heap_120.pb.gz")
	for _, by := range []Measure{Size, Growth} {
		v, _ := h.History().StackValues(largest)
		b.Run([]string{"held", "growth"}[by], func(b *testing.B) {
			var t *Tree
			for b.Loop() {
				t = Build(v, by, t)
			}
			b.ReportMetric(float64(t.Nodes), "nodes")
			b.ReportMetric(float64(len(v.Stacks)), "stacks")
		})
	}
}

func BenchmarkStackValues(b *testing.B) {
	h := load(b, "large_heap_060.pb.gz", "large_heap_120.pb.gz")
	for b.Loop() {
		h.History().StackValues(largest)
	}
}
