package check

import (
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/format"
)

func TestProgressOnATerminal(t *testing.T) {
	var out strings.Builder
	p := newProgress(&out, "localhost:6060", Options{For: time.Minute})
	out.Reset()
	p.columns = func() int { return 60 }
	p.setStage("", time.Minute)

	p.showLine(session.State{Diagnostics: []profile.Diagnostic{{Code: profile.CodeNoAnswer, What: "connection\x1b[31m refused"}}})
	if got := out.String(); !strings.HasPrefix(got, "\r1m left · waiting for the first profile: connection refused") {
		t.Errorf("before the first profile it shows %q", got)
	}
	out.Reset()
	one := []profile.Value{{Time: noon, V: 40 << 20}}
	p.showLine(session.State{
		Polls: 23, Heap: profile.Line{one}, Goroutines: profile.Line{{{Time: noon, V: 3201}}},
		Report: leak.Report{Verdict: leak.Leaks, Suspects: []leak.Suspect{{Function: "example.com/shop/store.(*Cache[...]).Put", Confidence: leak.High}, {Function: "main.wait"}}},
	})
	line, ok := strings.CutSuffix(strings.TrimPrefix(out.String(), "\r"), "\x1b[K")
	if !ok || format.Width(line) > 59 || !strings.HasPrefix(line, "1m left · LEAK store.(*Cache[...]).Put and 1 more · live") {
		t.Errorf("it shows %q, want time, verdict and numbers in 59 columns", out.String())
	}
	out.Reset()
	p.clearLine()
	if out.String() != "\r\x1b[K" {
		t.Errorf("the line is left as %q", out.String())
	}
}

func TestProgressElsewhere(t *testing.T) {
	for _, tt := range []struct {
		o    Options
		want string
	}{
		{Options{For: 2 * time.Minute}, "leaktop: watching a b for 2m\n"},
		{Options{For: 2 * time.Minute, Load: "secret"}, "leaktop: watching a b under 2 loads of at most 1m each\n"},
		{Options{Recording: true}, "leaktop: reading a b\n"},
	} {
		var out strings.Builder
		p := newProgress(&out, "a\nb", tt.o)
		p.showLine(session.State{})
		p.clearLine()
		if out.String() != tt.want {
			t.Errorf("it says %q, want %q", out.String(), tt.want)
		}
	}
}
