package profile

import (
	"bytes"
	"testing"

	"github.com/google/pprof/profile"
)

// TestInlinedClosures checks that closures in inlined functions are named as in the source
// and classified by file, but written and found by their name in the binary.
func TestInlinedClosures(t *testing.T) {
	p := &profile.Profile{SampleType: []*profile.ValueType{{Type: "goroutine", Unit: "count"}}}
	for i, f := range []struct{ name, file string }{
		{"main.main.func3.Store.Put.1", "/src/shop/kv/kv.go"},
		{"shop/kv.Store.Put", "/src/shop/kv/kv.go"},
		{"main.main", "/src/shop/main.go"},
		{"main.main.Walk.func4", "/root/go/pkg/mod/example.com/tree@v1.0.0/walk.go"},
		{"main.main.Chunk.func5", "/usr/local/go/src/slices/iter.go"},
		{"main.main.Timed.func6", "/src/shop/log/log.go"},
		{"runtime.gcStart.stop.func2", "/usr/local/go/src/runtime/mgc.go"},
	} {
		fn := &profile.Function{ID: uint64(i + 1), Name: f.name, SystemName: f.name, Filename: f.file}
		l := &profile.Location{ID: uint64(i + 1), Line: []profile.Line{{Function: fn, Line: 7}}}
		p.Function, p.Location = append(p.Function, fn), append(p.Location, l)
		p.Sample = append(p.Sample, &profile.Sample{Location: []*profile.Location{l}, Value: []int64{1}})
	}
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		t.Fatal(err)
	}
	h := NewHistoryBuilder()
	s, err := h.ParseCapture(Capture{Kind: Goroutine, Data: b.Bytes()})
	if err != nil {
		t.Fatal(err)
	}
	want := []Function{
		{Name: "shop/kv.Store.Put.func", Class: ClassUser},
		{Name: "shop/kv.Store.Put", Class: ClassUser},
		{Name: "main.main", Class: ClassUser},
		{Name: "example.com/tree.Walk.func", Class: ClassDep},
		{Name: "slices.Chunk.func", Class: ClassStd},
		{Name: "log.Timed.func", Class: ClassUser}, // not in the standard library
		{Name: "runtime.gcStart.stop.func2", Class: ClassRuntime},
	}
	for i, w := range want {
		st := s.Samples()[i].Stack
		f := st.FrameAt(0).Func
		if f.Name != w.Name || f.Class != w.Class || f.Symbol() != p.Function[i].Name {
			t.Errorf("%s: got %s, %v, symbol %s, want %s, %v", p.Function[i].Name, f.Name, f.Class, f.Symbol(), w.Name, w.Class)
		}
		if w.Class != ClassRuntime && st.Places()[0].Func != p.Function[i].Name {
			t.Errorf("%s: dumps would have to call it %s", f.Name, st.Places()[0].Func)
		}
	}
	if again := h.Frames([]Place{{"main.main.func3.Store.Put.1", "/src/shop/kv/kv.go", 7}})[0].Func; again != s.Samples()[0].Stack.FrameAt(0).Func {
		t.Errorf("a trace's frame of the same closure is another function: %+v", again)
	}
}
