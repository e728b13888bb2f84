package ui

import (
	"bytes"
	"context"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/rendertest"
)

// hourSource is a source that plays an hour of a typical service in which every stack grows: 40 minutes with a poll every 8
// s, then 20 minutes with one every 2 s. At each request it sends the next heap profile, goroutine profile and memory
// sample in turn.
type hourSource struct {
	heap, goroutines []byte
	polls            int
	more             chan struct{}
}

func newHour(b *testing.B) *hourSource {
	b.Helper()
	h := &hourSource{more: make(chan struct{})}
	for file, into := range map[string]*[]byte{"typ_heap_300.pb.gz": &h.heap, "typ_goroutine_300.pb.gz": &h.goroutines} {
		data, err := os.ReadFile("../profile/testdata/" + file)
		if err != nil {
			b.Fatal(err)
		}
		*into = data
	}
	return h
}

func (h *hourSource) Name() string           { return "shop/checkout" }
func (h *hourSource) Close() error           { return nil }
func (h *hourSource) Offers() []profile.Kind { return nil }
func (h *hourSource) Fetch(context.Context, source.Query) (profile.Capture, error) {
	return profile.Capture{}, nil
}

func (h *hourSource) Watch(ctx context.Context, send func(source.Message)) error {
	first := profile.NewHistoryBuilder()
	start := time.Date(2026, 1, 2, 3, 0, 0, 0, time.UTC)
	if _, err := first.Add(profile.Capture{Kind: profile.Heap, Time: start, Data: h.heap}); err != nil {
		return err
	}
	x, _ := first.History().Extract(profile.Selection{Kind: profile.Heap})
	at := start
	say := func(m source.Message) {
		if _, ok := <-h.more; ok {
			h.polls++
			send(m)
		}
	}
	for i := 0; at.Sub(start) < time.Hour && ctx.Err() == nil; i++ {
		p := x.Proto()
		p.Scale(0.4 + 0.6*at.Sub(start).Hours())
		p.TimeNanos = at.UnixNano()
		var data bytes.Buffer
		if err := p.WriteUncompressed(&data); err != nil {
			return err
		}
		say(source.Capture{Capture: profile.Capture{Kind: profile.Heap, Time: at, Data: data.Bytes()}})
		say(source.Capture{Capture: profile.Capture{Kind: profile.Goroutine, Time: at.Add(600 * time.Millisecond), Data: h.goroutines}})
		say(source.Reading{Reading: memory.Reading{Time: at.Add(1200 * time.Millisecond), Source: "/metrics", Sys: 1 << 29, HeapAlloc: uint64(1<<28 + i<<16), NumGC: uint32(i), RSS: uint64(1<<29 + i<<16)}})
		if at = at.Add(8 * time.Second); at.Sub(start) > 40*time.Minute {
			at = at.Add(-6 * time.Second)
		}
	}
	return nil
}

// BenchmarkHour watches an hour on a screen of 120x40. It reports the bytes written to the terminal per poll and the
// memory that the process has afterwards: the live heap and, on Linux, the resident set.
func BenchmarkHour(b *testing.B) {
	if testing.Short() {
		b.Skip("an hour takes minutes")
	}
	for b.Loop() {
		src := newHour(b)
		w := session.New(src)
		ended := make(chan error, 1)
		go func() { ended <- w.Run(b.Context()) }()
		m := newModel(w, colorprofile.TrueColor, false)
		written := runModel(b, m, src.more)
		if err := <-ended; err != nil {
			b.Fatal(err)
		}
		slices.Sort(written)
		sum := 0
		for _, n := range written {
			sum += n
		}
		b.ReportMetric(float64(sum)/float64(len(written)), "bytes/poll")
		b.ReportMetric(float64(written[len(written)*95/100]), "bytes-p95")
		b.ReportMetric(float64(written[len(written)-1]), "bytes-most")
		b.ReportMetric(float64(src.polls), "polls")
		reportMemory(b)
		runtime.KeepAlive(m)
	}
}

func reportMemory(b *testing.B) {
	runtime.GC()
	var ms runtime.MemStats
	runtime.ReadMemStats(&ms)
	b.ReportMetric(float64(ms.HeapAlloc)/1e6, "heap-MB")
	b.ReportMetric(float64(ms.Sys-ms.HeapReleased)/1e6, "of-the-system-MB")
}

// runModel runs a model as Bubble Tea does, asks the source for the next message whenever no command is pending, and
// returns the bytes written at each poll of the last 20 minutes.
func runModel(b *testing.B, m *Model, next chan<- struct{}) (written []int) {
	b.Helper()
	t := rendertest.New(120, 40)
	msgs := make(chan tea.Msg)
	waiting := 0 // commands that have not returned
	run := func(cmd tea.Cmd) {
		if cmd != nil {
			waiting++
			go func() { msgs <- cmd() }()
		}
	}
	m.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	run(m.nextState())
	bytes := 0
	for {
		if waiting == 1 { // only the one that waits for the next state
			written = append(written, bytes)
			bytes = 0
			select {
			case next <- struct{}{}:
			case msg := <-msgs: // the program ended
				if st, ok := msg.(stateMsg); ok && !st.state.Ended {
					b.Fatal("got a state that was not requested")
				}
				return written[len(written)/2:]
			}
		}
		switch msg := (<-msgs).(type) {
		case nil:
			waiting--
		case tea.BatchMsg:
			waiting--
			for _, cmd := range msg {
				run(cmd)
			}
		default:
			waiting--
			_, cmd := m.Update(msg)
			run(cmd)
			bytes += t.Draw(b, m.View().Content)
		}
	}
}
