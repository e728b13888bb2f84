package memory

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/tuitest"
)

const mib = 1 << 20

// newContext returns the context of a service with a live heap of 412 MiB that
// uses 1000 of 2048 MiB.
func newContext(t *testing.T) *tui.ViewContext {
	t.Helper()
	vc := tuitest.Context(t)
	st, now := &vc.State, time.Date(2026, 5, 4, 14, 2, 0, 0, time.UTC)
	st.Heap = profile.Line{{{Time: now, V: 412 * mib}}}
	st.Facts = profile.Facts{Limit: 2048 * mib, LimitFrom: "pod", GoMemory: 1800 * mib}
	st.Memory = []memory.Reading{{
		Time: now, RSS: 1000 * mib,
		HeapAlloc: 500 * mib, HeapInuse: 520 * mib, HeapIdle: 180 * mib, HeapReleased: 100 * mib, HeapSys: 700 * mib,
		StackSys: 40 * mib, MSpanSys: 5 * mib, MCacheSys: 1 * mib, BuckHashSys: 4 * mib, GCSys: 20 * mib, OtherSys: 10 * mib,
		Sys: 780 * mib,
	}}
	return vc
}

// The pane accounts for all of RSS, and says how much is left to the limit.
func TestMemorySaysWhereTheRestIs(t *testing.T) {
	for _, size := range [][3]int{{80, 24, 12}, {100, 30, 16}, {200, 60, 39}} {
		vc := newContext(t)
		p := New(vc).(*Pane)
		s := tuitest.Open(t, vc, p, size[0], size[2])
		s.Wants("resident 1000 MiB", "Go has 680 MiB", "limit 2.00 GiB (pod)")
		if size[0] >= 100 {
			s.Wants("GOMEMLIMIT 1.76 GiB")
		}
		text := strings.Join(p.text, "\n")
		for _, part := range []string{
			`live heap +412 MiB +41%`, `not yet collected +88.0 MiB +8.8%`, `gaps in the heap +20.0 MiB +2.0%`, `idle, kept +80.0 MiB +8.0%`,
			`stacks +40.0 MiB +4.0%`, `runtime +40.0 MiB +4.0%`, `outside of Go +320 MiB +32%`, `returned to the system +100 MiB `,
		} {
			if !regexp.MustCompile(part).MatchString(text) {
				t.Errorf("%v: the pane lacks %q:\n%s", size, part, text)
			}
		}
		said := strings.Join(strings.Fields(text), " ")
		if want := "no Go profile shows it"; size[0] != 100 && !strings.Contains(said, want) {
			t.Errorf("%v: the pane does not say what stands outside of Go:\n%s", size, text)
		}
	}
}

// The pane shows and exports what the kernel reports about a process on this
// machine.
func TestMemorySaysWhatTheKernelKnows(t *testing.T) {
	vc := newContext(t)
	p := New(vc).(*Pane)
	s := tuitest.Open(t, vc, p, 80, 12)
	if strings.Contains(strings.Join(p.text, ""), "anonymous ·") {
		t.Errorf("the kernel was not asked:\n%s", strings.Join(p.text, "\n"))
	}
	r := &vc.State.Memory[0]
	r.Anon, r.File, r.Swap = 900*mib, 100*mib, 20*mib
	p.Refresh(true)
	const want = "resident is 900 MiB anonymous · 100 MiB of files · 20.0 MiB more swapped out"
	s.Wants(want)
	var d export.Document
	p.Document()(&d)
	if len(d.Text) != 2 || d.Text[1].Text != want {
		t.Errorf("exported are %+v", d.Text)
	}
}

// Without MemStats the pane says how to get them.
func TestMemoryThatIsNotKnown(t *testing.T) {
	vc := tuitest.Context(t, tuitest.Typical...)
	tuitest.Open(t, vc, New(vc), 80, 12).Wants("does not report its memory", "/debug/vars", "/metrics")
}

// A figure of the previous process is not shown for the current one.
func TestMemoryOfAnotherProcess(t *testing.T) {
	vc := newContext(t)
	at := vc.State.Memory[0].Time
	vc.State.Memory = append(vc.State.Memory, memory.Reading{Time: at.Add(time.Second), Unknown: true})
	tuitest.Open(t, vc, New(vc), 100, 16).Wants("There are no figures for this process yet")
	vc.State.Memory = append(vc.State.Memory, memory.Reading{Time: at.Add(2 * time.Second), Sys: 300 * mib})
	s := tuitest.Open(t, vc, New(vc), 100, 16)
	s.Wants("Go has 300 MiB")
	if strings.Contains(s.Text(), "1000 MiB") {
		t.Errorf("a figure of the process before is shown:\n%s", s.Text())
	}
}
