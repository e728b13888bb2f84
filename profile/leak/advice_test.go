package leak

import (
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
)

// bodiesNotClosed returns connections of responses that are not closed: open makes the calls, through a library if that
// is given, for callers with as many bytes as they hold.
func bodiesNotClosed(open *profile.Function, library *profile.Function, callers map[*profile.Function]int64) Input {
	in := Input{Now: at(120), Start: began, Goroutines: []profile.Group{
		goroutines(stackOf(readLoop, selectgo, readLoop), 2, 120), goroutines(stackOf(writeLoop, selectgo, writeLoop), 2, 120),
	}}
	g := bytesOf(stackOf(open, open), 8<<10, 100<<10, 120)
	g.Stacks = nil
	for caller, n := range callers {
		fns := []*profile.Function{fn("bufio.NewReaderSize", profile.ClassStd), fn("net/http.(*Client).do", profile.ClassStd)}
		if library != nil {
			fns = append(fns, library)
		}
		g.Stacks, g.Now = append(g.Stacks, stackOf(open, append(fns, open, caller)...)), append(g.Now, n)
	}
	in.Heap = []profile.Group{g}
	return in
}

// TestBodiesForACaller checks that of several callers of the function which gets responses, the one for which nearly all
// are open is named, and that what a library returned is to be closed, where one is between.
func TestBodiesForACaller(t *testing.T) {
	open := &profile.Function{Name: "example.com/photos/objects.(*Store).Open", File: "/src/objects.go", Class: profile.ClassUser}
	sniff := &profile.Function{Name: "example.com/photos/api.sniff", File: "/src/api.go", Class: profile.ClassUser}
	photo := &profile.Function{Name: "example.com/photos/api.photo", File: "/src/api.go", Class: profile.ClassUser}
	sdk := depFunc("github.com/aws/aws-sdk-go-v2/service/s3.(*Client).GetObject", "github.com/aws/aws-sdk-go-v2/service/s3@v1.0.0/api.go")
	for name, tt := range map[string]struct {
		library *profile.Function
		callers map[*profile.Function]int64
		caller  bool
	}{
		"nearly all for one of two": {nil, map[*profile.Function]int64{sniff: 10 << 20, photo: 1 << 10}, true},
		"for both":                  {nil, map[*profile.Function]int64{sniff: 10 << 20, photo: 8 << 20}, false},
		"the only caller":           {nil, map[*profile.Function]int64{sniff: 10 << 20}, false},
		"through a library":         {sdk, map[*profile.Function]int64{sniff: 10 << 20}, false},
	} {
		r := Judge(bodiesNotClosed(open, tt.library, tt.callers))
		if len(r.Suspects) != 1 || r.Suspects[0].Function != open.Name || r.Suspects[0].Signature != "unclosed-response-body" {
			t.Errorf("%s: got %+v", name, r.Suspects)
			continue
		}
		s := r.Suspects[0]
		if strings.Contains(s.Cause, "opened for api.sniff (api.go:1") != tt.caller {
			t.Errorf("%s: got cause %q", name, s.Cause)
		}
		if strings.Contains(s.Fix, "Here github.com/aws/aws-sdk-go-v2/service/s3 makes the call: close what it returned") != (tt.library != nil) {
			t.Errorf("%s: got fix %q", name, s.Fix)
		}
	}
}

// TestUntouchedBuffersAreSaid checks that the headline says so where goroutines hold buffers that are not resident.
func TestUntouchedBuffersAreSaid(t *testing.T) {
	for rss, want := range map[uint64]bool{30 << 20: true, 900 << 20: false} {
		in := Input{Now: at(120), Start: began, Goroutines: []profile.Group{goroutines(stackOf(put, chansend, chansend1, put), 2, 120)}}
		in.Heap = []profile.Group{bytesOf(stackOf(put, put), 5<<20, 6<<20, 120)}
		for s := 0.0; s <= 120; s += 4 {
			in.Memory = append(in.Memory, memory.Reading{Time: at(s), Source: "/proc/PID/smaps_rollup", RSS: rss, Anon: rss})
		}
		r := Judge(in)
		if len(r.Suspects) == 0 || strings.HasSuffix(r.Suspects[0].Sentence, "mostly never written to") != want {
			t.Errorf("%d MiB resident: got %+v", rss>>20, r.Suspects)
		}
	}
}
