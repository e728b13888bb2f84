package ui

import (
	"context"
	"errors"
	"fmt"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// job is something asked of the target that takes a while; the last line shows
// how far it is, and esc ends it.
type job struct {
	what    string // "Tracing"
	price   string // what it costs the target
	seconds int    // how long it takes; 0 if nobody knows
	passed  int
	longer  func() // called where asking for longer may tell more
	cancel  context.CancelFunc
}

// question is what must be answered with y before something happens.
type question struct {
	text string
	yes  func() tea.Cmd
}

// answeredMsg brings what came of a job.
type answeredMsg struct {
	job    *job
	answer session.Answer
	err    error
}

// jobTickMsg says that a second of a job has passed.
type jobTickMsg struct{ job *job }

// confirmAbove is how many goroutines make a full dump a matter of a question.
const confirmAbove = 1000

// nameCreators traces for a few seconds to see who starts goroutines; the next
// time for longer, if that was too short for it.
func (m *Model) nameCreators(tea.KeyPressMsg) tea.Cmd {
	n := max(m.traces, session.TraceSeconds)
	j := &job{what: "Tracing", price: "it costs 30–210ms of CPU", seconds: n}
	if n > session.TraceSeconds {
		j.price = "it costs up to 0.7s of CPU"
	}
	j.longer = func() { m.traces = session.LongTraceSeconds }
	return m.begin(j, func(ctx context.Context) (session.Answer, error) { return m.watch.Trace(ctx, n) })
}

// proveLeaks asks the runtime of the target what it knows to be leaked.
func (m *Model) proveLeaks(tea.KeyPressMsg) tea.Cmd {
	j := &job{what: "Asking for proven leaks", price: "a special collection, 3ms to 300ms"}
	return m.begin(j, m.watch.ProveLeaks)
}

// dumpAll asks for a full goroutine dump, after a question where that stops the
// target for long, or may.
func (m *Model) dumpAll(tea.KeyPressMsg) tea.Cmd {
	n := m.goroutines()
	pause := func(n int) string {
		low, high := session.Pause(n)
		return format.Duration(low) + " to " + format.Duration(high)
	}
	j := &job{what: "Dumping " + format.Count(n) + " goroutines", price: "it pauses " + pause(n)}
	ask := "Dump " + format.Count(n) + " goroutines? It stops the service for about " + pause(n)
	if n == 0 {
		j.what, j.price = "Dumping all goroutines", "it pauses meanwhile"
		ask = "Dump all goroutines? How many there are is not known: 1,000 stop the service for " + pause(1_000) + ", 100,000 for " + pause(100_000)
	}
	dump := func() tea.Cmd { return m.begin(j, m.watch.Dump) }
	if m.vc.State.Replay != nil || n > 0 && n <= confirmAbove {
		return dump()
	}
	m.question = &question{ask + ". y dumps, any other key leaves it", dump}
	return nil
}

// goroutines is how many there are, as far as is known.
func (m *Model) goroutines() int {
	if v, ok := tui.Newest(m.vc.State.Goroutines); ok {
		return int(v)
	}
	return m.vc.State.Status.Goroutines
}

// begin starts a job, one at a time.
func (m *Model) begin(j *job, ask func(context.Context) (session.Answer, error)) tea.Cmd {
	if m.job != nil {
		m.say(false, m.job.what+" is not done yet; esc ends it.")
		return nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	j.cancel = cancel
	if m.vc.State.Replay != nil {
		j.price = "from the recording"
	}
	m.job = j
	return tea.Batch(func() tea.Msg {
		a, err := ask(ctx)
		return answeredMsg{j, a, err}
	}, j.tick())
}

func (j *job) tick() tea.Cmd {
	return tea.Tick(time.Second, func(time.Time) tea.Msg { return jobTickMsg{j} })
}

// ticked counts the seconds of a job.
func (m *Model) ticked(msg jobTickMsg) tea.Cmd {
	if m.job != msg.job {
		return nil
	}
	m.job.passed++
	return m.job.tick()
}

// answered shows what came of a job.
func (m *Model) answered(msg answeredMsg) tea.Cmd {
	msg.job.cancel()
	if m.job == msg.job {
		m.job = nil
	}
	switch {
	case errors.Is(msg.err, context.Canceled):
		return nil // esc said so already
	case errors.Is(msg.err, session.ErrNoLeakProfile):
		text := tui.SentenceCase(msg.err.Error())
		if v := m.vc.State.Facts.GoVersion; v != "" {
			text += " (it runs " + v + ")"
		}
		m.say(true, text)
		return nil
	case msg.err != nil:
		m.say(true, tui.SentenceCase(tui.Explain(msg.err)))
		return nil
	}
	text := msg.answer.Text
	if msg.answer.Longer && msg.job.longer != nil {
		msg.job.longer()
		text += fmt.Sprintf(" %s again watches for %ds.", m.vc.Keys.Creators.Help().Key, session.LongTraceSeconds)
	}
	m.say(false, text)
	return m.page().Refresh(true)
}

// jobKey ends a job on esc; false says that the key is for somebody else.
func (m *Model) jobKey(msg tea.KeyPressMsg) bool {
	if m.job == nil || !key.Matches(msg, m.vc.Keys.Back) {
		return false
	}
	m.job.cancel()
	m.say(false, m.job.what+": stopped.")
	m.job = nil
	return true
}

// questionKey takes the answer to a question.
func (m *Model) questionKey(msg tea.KeyPressMsg) tea.Cmd {
	q := m.question
	m.question = nil
	switch msg.String() {
	case "y", "Y":
		return q.yes()
	case "ctrl+c":
		return tea.Quit
	}
	m.say(false, "Left alone.")
	return nil
}

// line draws how far a job is.
func (j *job) line(vc *tui.ViewContext, w int) string {
	how := " " + theme.SymbolDot + " esc stops it " + theme.SymbolDot + " " + j.price
	switch {
	case j.seconds > 0:
		const wide = 12
		how = fmt.Sprintf(" %s %d of %ds", tui.ProgressBar(wide*min(j.passed, j.seconds)/j.seconds, wide), min(j.passed, j.seconds), j.seconds) + how
	case j.passed > 0:
		how = fmt.Sprintf(", %ds", j.passed) + how
	}
	return tui.Pad(" "+vc.Theme.Render(theme.Accent, format.Fit(j.what+how, w-2)), w)
}
