package session

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/sourcetest"
)

// recordedServices are recordings of real services with the expected verdict: the blamed function and the cause of a
// leak, or what a look-alike looks like. tools/corpus made them.
var recordedServices = []struct {
	name            string
	verdict         leak.Verdict
	function, cause string
	look            string
}{
	{name: "growing-slice", verdict: leak.Leaks, function: "demo.(*auditTrail).record", cause: "unbounded-collection"},
	{name: "stuck-send", verdict: leak.Leaks, function: "demo.(*warehouse).count", cause: "send-without-reader"},
	{name: "unclosed-body", verdict: leak.Leaks, cause: "unclosed-response-body"},
	{name: "growing-array", verdict: leak.Leaks, function: "demo.(*clickstream).add", cause: "append-only-slice"},
	{name: "slow-consumer", verdict: leak.Leaks, function: "demo.(*mailQueue).push", cause: "producer-outruns-consumer"},
	{name: "kept-under-churn", verdict: leak.Leaks, function: "service.(*decoder).decode", cause: "partly-kept"},
	{name: "warm-up", verdict: leak.Steady, look: "compile: filled for"},
	{name: "ttl-cache", verdict: leak.Steady, look: "begin: "},
	{name: "sine-load", verdict: leak.Steady, look: "open: "},
	{name: "batch", verdict: leak.Steady, look: "gather: up and down every 3"},
	{name: "long-poll", verdict: leak.Steady},
	{name: "worker-pool", verdict: leak.Steady, look: "print: filled for"},
}

func TestCorpusOfRecordings(t *testing.T) {
	for _, c := range recordedServices {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			st := judgeRecording(t, filepath.Join("..", "..", "testdata", "corpus", c.name+".tar"))
			r := st.Report
			if r.Verdict != c.verdict {
				t.Fatalf("verdict %q of %v, warnings %q, want %q", r.Verdict, r.Watched, r.Diagnostics, c.verdict)
			}
			alarms := 0
			for _, e := range st.Events {
				if e.Kind == profile.EventVerdict {
					alarms++
				}
			}
			if c.verdict != leak.Leaks {
				if all := fmt.Sprint(r.LookAlikes); !strings.Contains(all, c.look) || alarms > 0 {
					t.Errorf("got look-alike %q after %d alarms, want %q after none", all, alarms, c.look)
				}
				return
			}
			s := r.Suspects[0]
			if !strings.HasSuffix(s.Function, c.function) || s.Signature != c.cause {
				t.Errorf("got suspect %s by %s, want %s by %s", s.Function, s.Signature, c.function, c.cause)
			}
			if alarms == 0 {
				t.Error("no event reports the verdict")
			}
		})
	}
}

// judgeRecording returns the last state of a recording that was ingested at once.
func judgeRecording(t *testing.T, path string) State {
	t.Helper()
	src := sourcetest.Open(t, path, source.Options{FullSpeed: true})
	w := New(src)
	done := make(chan error, 1)
	go func() { done <- w.Run(t.Context()) }()
	var last State
	for st := range w.Updates() {
		last = st
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	return last
}
