package overlay

import (
	"context"
	"errors"
	"fmt"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// Job is a request to the target that takes a while. Its footer shows the progress,
// and esc cancels it; all other keys go to the page.
type Job struct {
	What    string // "Tracing"
	Price   string // cost to the target, for the user
	Seconds int    // duration; 0 if unknown
	// Run makes the request. It runs in a command.
	Run func(context.Context) (profile.Outcome, error)
	// Done handles the answer; it is not called for a job that was canceled.
	Done func(profile.Outcome, error) tea.Cmd

	stack  *Stack
	passed int // seconds
	cancel context.CancelFunc
	ended  <-chan struct{} // closed when the job has ended
}

// answeredMsg carries the outcome of a job.
type answeredMsg struct {
	job    *Job
	answer profile.Outcome
	err    error
}

// jobTickMsg says that a second of a job has passed.
type jobTickMsg struct{ job *Job }

// Start starts a job; only one runs at a time.
func (s *Stack) Start(j *Job) tea.Cmd {
	if before, ok := Find[*Job](s); ok {
		s.say(false, before.What+" is still running; esc stops it.")
		return nil
	}
	var ctx context.Context
	ctx, j.cancel = context.WithCancel(context.Background())
	j.stack, j.ended = s, ctx.Done()
	s.Open(j)
	return tea.Batch(func() tea.Msg {
		a, err := j.Run(ctx)
		return answeredMsg{j, a, err}
	}, j.tickSecond())
}

// IsBusy reports whether a job is running.
func (s *Stack) IsBusy() bool {
	_, busy := Find[*Job](s)
	return busy
}

func (j *Job) tickSecond() tea.Cmd {
	return tickUntil(j.ended, time.Second, jobTickMsg{j})
}

// Key cancels the job on esc.
func (j *Job) Key(msg tea.KeyPressMsg) (tea.Cmd, bool) {
	if !key.Matches(msg, j.stack.vc.Keys.Back) {
		return nil, false
	}
	j.cancel()
	j.stack.Close(j)
	j.stack.say(false, j.What+": stopped.")
	return nil, true
}

// Mouse leaves the event to the page.
func (j *Job) Mouse(tea.MouseMsg) bool { return false }

// Update counts the seconds, and handles the answer.
func (j *Job) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case jobTickMsg:
		if msg.job == j {
			j.passed++
			return j.tickSecond()
		}
	case answeredMsg:
		if msg.job != j {
			return nil
		}
		j.cancel()
		j.stack.Close(j)
		if !errors.Is(msg.err, context.Canceled) {
			return j.Done(msg.answer, msg.err)
		}
	}
	return nil
}

// Lines returns nil, so that the page stays visible.
func (j *Job) Lines(int, int) []string { return nil }

// Footer shows the progress of the job.
func (j *Job) Footer(w int) []string {
	how := " " + theme.SymbolDot + " esc stops it " + theme.SymbolDot + " " + j.Price
	switch {
	case j.Seconds > 0:
		const wide = 12
		n := min(j.passed, j.Seconds)
		how = fmt.Sprintf(" %s %d of %ds", tui.ProgressBar(wide*n/j.Seconds, wide), n, j.Seconds) + how
	case j.passed > 0:
		how = fmt.Sprintf(", %ds", j.passed) + how
	}
	line := j.stack.vc.Theme.Render(theme.Accent, format.Fit(j.What+how, w-2))
	return []string{format.Pad(" "+line, w)}
}
