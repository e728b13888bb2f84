package check

import (
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/report"
)

func TestAnnotations(t *testing.T) {
	suspect := leak.Suspect{
		Function: "example.com/shop/store.(*Cache).Put", File: "/home/runner/work/shop/a,b:c.go", Line: 41, Confidence: leak.High,
		Sentence: "store.(*Cache).Put keeps all it allocates: +150 MiB/h, 93% of the growth", Cause: "never\r taken\nout", Fix: "Bound it.",
	}
	maybe, known := suspect, suspect
	maybe.Confidence, maybe.File = leak.Low, "example.com/shop@v1.2.3/store/cache.go"
	known.File = "/usr/local/go/src/bytes/buffer.go"
	o := Options{Workspace: "/home/runner/work/shop"}
	r := report.Result{Module: "example.com/shop", Report: leak.Report{Verdict: leak.Leaks, Suspects: []leak.Suspect{suspect, maybe}, Ignored: []leak.Suspect{known}}}
	var b strings.Builder
	if err := o.annotate(&b, r); err != nil {
		t.Fatal(err)
	}
	got := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	want := []string{
		"::error file=a%2Cb%3Ac.go,line=41,title=LEAK%3A store.(*Cache).Put::store.(*Cache).Put keeps all it allocates: +150 MiB/h, 93%25 of the growth%0Anever",
		"::warning file=store/cache.go,line=41,title=SUSPECT%3A store.(*Cache).Put::store",
		"::notice file=/usr/local/go/src/bytes/buffer.go,line=41,title=ignored%3A store.(*Cache).Put::store",
	}
	if len(got) != len(want) {
		t.Fatalf("%d commands: %q", len(got), got)
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("command %d is %q, want %q", i+1, got[i], want[i])
		}
	}
}

func TestAnnotationOfUndecided(t *testing.T) {
	r := report.Result{Report: leak.Report{Verdict: leak.Undecided, Caveat: profile.Diagnostic{What: "watched for 9s"}}}
	for fails, want := range map[bool]string{true: "::error title=leaktop%3A undecided::watched for 9s\n", false: "::warning title=leaktop%3A undecided::watched for 9s\n"} {
		var b strings.Builder
		r.FailOnUndecided = fails
		if err := (Options{Workspace: "."}).annotate(&b, r); err != nil || b.String() != want {
			t.Errorf("failing %v: %q, %v; want %q", fails, b.String(), err, want)
		}
	}
	var b strings.Builder
	if err := (Options{}).annotate(&b, r); err != nil || b.Len() > 0 {
		t.Errorf("outside of a workflow it writes %q", b.String())
	}
}
