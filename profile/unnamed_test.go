package profile

import (
	"bytes"
	"testing"

	"github.com/google/pprof/profile"
)

// A function without a name is named by its location, and two such functions remain distinct.
func TestFunctionsWithoutNames(t *testing.T) {
	bin := &profile.Mapping{ID: 1, File: "/srv/bin/checkout"}
	p := &profile.Profile{
		SampleType: []*profile.ValueType{{Type: "goroutine", Unit: "count"}},
		Mapping:    []*profile.Mapping{bin},
	}
	for i, f := range []profile.Function{
		{Filename: "/src/shop/store/cache.go", StartLine: 41},
		{Name: " ", Filename: "/src/shop/store/cache.go", StartLine: 90},
		{Filename: "cache.go"},
		{SystemName: "_ZN5store3putEv"},
		{},
		{Name: "main.main"},
	} {
		f.ID = uint64(i + 1)
		l := &profile.Location{ID: f.ID, Mapping: bin, Address: 0x1000 + f.ID, Line: []profile.Line{{Function: &f, Line: 5}}}
		p.Function, p.Location = append(p.Function, &f), append(p.Location, l)
	}
	p.Location = append(p.Location, &profile.Location{ID: 7, Mapping: bin, Address: 0x2000}, &profile.Location{ID: 8})
	for _, l := range p.Location {
		p.Sample = append(p.Sample, &profile.Sample{Location: []*profile.Location{l}, Value: []int64{1}})
	}
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		t.Fatal(err)
	}
	s, err := NewHistoryBuilder().ParseCapture(Capture{Kind: Goroutine, Data: b.Bytes()})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"(no name) store/cache.go:41", "(no name) store/cache.go:90", "(no name) cache.go", "_ZN5store3putEv",
		"0x1005 [checkout]", "main.main", "0x2000 [checkout]", "(no name)",
	}
	for i, w := range want {
		f := s.Samples()[i].Stack.FrameAt(0).Func
		if f.Name != w || ShortName(f.Name) != w {
			t.Errorf("function %d: got %q, in short %q, want %q", i+1, f.Name, ShortName(f.Name), w)
		}
	}
	if f := s.Samples()[0].Stack.FrameAt(0).Func; f.Class != ClassUser {
		t.Errorf("function with a user's file: got class %v", f.Class)
	}
	if f := s.Samples()[4].Stack.FrameAt(0).Func; f.Class != ClassDep {
		t.Errorf("function without a file: got class %v, but the runtime is never blamed", f.Class)
	}
	if got := NewHistoryBuilder().Frames([]Place{{File: "a/b.go", Line: 3}})[0].Func.Name; got != "(no name) a/b.go" {
		t.Errorf("in a dump: got %q", got)
	}
}
