package pods

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/source/kube"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/terminal"
)

// errNoneChosen is returned if the user quits without choosing a pod.
var errNoneChosen = errors.New("choose a pod: none was chosen; name one, for example pod/NAME")

// ErrAll is returned if the user wants to watch all pods side by side.
var ErrAll = errors.New("choose a pod: all of them were chosen")

// Pick shows pods on a terminal, best first, and returns the index of the one that the user
// chose; [ErrAll] means all of them. measure, which may be nil, returns the pods with their
// current usage.
func Pick(ctx context.Context, list []kube.Candidate, measure func(context.Context) []kube.Candidate, out *os.File) (int, error) {
	ctx, cancel := signal.NotifyContext(ctx, terminal.Hangups()...)
	defer cancel()
	environ := os.Environ()
	colors := theme.DetectProfile(out, environ)
	pk := &picker{table: newTable(theme.New(true, colors)), pods: pods{list: list, now: time.Now()}, picked: -1}
	if measure != nil {
		pk.measure = func() []kube.Candidate { return measure(ctx) }
	}
	pk.theme = func(dark bool) theme.Theme { return theme.New(dark, colors) }
	pk.ascii = theme.NeedsASCII(environ)
	pk.table.SetRows(pk.pods)
	p := tea.NewProgram(pk, tea.WithContext(ctx), tea.WithOutput(out), tea.WithFPS(terminal.FramesPerSecond), tea.WithColorProfile(colors))
	pk.throttle = terminal.NewFrameThrottle(p)
	defer pk.throttle.Stop()
	if _, err := p.Run(); err != nil && !errors.Is(err, tea.ErrInterrupted) && ctx.Err() == nil {
		return 0, fmt.Errorf("choose a pod: %w", err)
	}
	if pk.all {
		return 0, ErrAll
	}
	if pk.picked < 0 {
		return 0, errNoneChosen
	}
	return pk.picked, nil
}

// picker is the screen for choosing a pod before the view starts.
type picker struct {
	table    table.Model
	pods     pods
	theme    func(dark bool) theme.Theme
	light    bool
	ascii    bool
	width    int
	height   int
	picked   int // index in pods, -1 for none
	all      bool
	moved    bool // the user has moved the cursor
	fullest  bool // the cursor is on the pod that is nearest to its limit
	throttle *terminal.FrameThrottle
	measure  func() []kube.Candidate // nil if their usage cannot be measured
}

// measuredMsg carries the pods with their usage.
type measuredMsg []kube.Candidate

// measureMsg is sent when it is time to measure the pods again.
type measureMsg struct{}

// Init queries the background color and the usage of the pods.
func (p *picker) Init() tea.Cmd { return tea.Batch(tea.RequestBackgroundColor, p.measurePods()) }

func (p *picker) measurePods() tea.Cmd {
	measure := p.measure
	if measure == nil {
		return nil
	}
	return func() tea.Msg { return measuredMsg(measure()) }
}

// setMeasured shows new figures. The order of the pods does not change.
func (p *picker) setMeasured(list []kube.Candidate) {
	p.pods = pods{list: list, now: time.Now()}.follow(p.pods)
	p.table.Hide(p.pods.hiddenColumns()...)
	p.table.SetRows(p.pods)
	if full, ok := p.pods.fullest(); ok && !p.moved {
		p.fullest = p.table.Select(placeOf(full))
	}
}

// Update moves the cursor and quits after a choice.
func (p *picker) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		p.width, p.height = msg.Width, msg.Height
		p.table.SetOrigin(0, 2)
		p.table.SetSize(msg.Width, max(0, msg.Height-3))
		return p, nil
	case tea.BackgroundColorMsg:
		p.light = !msg.IsDark()
		p.table.SetTheme(p.theme(!p.light))
		return p, nil
	case measuredMsg:
		p.setMeasured(msg)
		return p, tea.Tick(measureEvery, func(time.Time) tea.Msg { return measureMsg{} })
	case measureMsg:
		return p, p.measurePods()
	case tea.KeyPressMsg:
		switch msg.String() {
		case "enter":
			return p, p.choosePod()
		case "a":
			p.all = true
			return p, tea.Quit
		case "q", "esc", "ctrl+c":
			return p, tea.Quit
		}
	case tea.MouseClickMsg:
		if s, ok := p.table.At(msg.X, msg.Y); ok && !s.Header && s.Place == p.table.Cursor() {
			return p, p.choosePod()
		}
	}
	var cmd tea.Cmd
	before := p.table.Key()
	p.table, cmd = p.table.Update(msg)
	p.moved = p.moved || p.table.Key() != before
	return p, cmd
}

func (p *picker) choosePod() tea.Cmd {
	if row, ok := p.table.Selected(); ok {
		p.picked = row
	}
	return tea.Quit
}

// View draws the question, the table and the keys.
func (p *picker) View() tea.View {
	defer p.throttle.Draw()
	frame := p.drawScreen()
	if p.ascii {
		frame = theme.ToASCII(frame)
	}
	v := tea.NewView(plain.Frame(frame))
	v.AltScreen = true
	v.MouseMode = tea.MouseModeCellMotion
	v.WindowTitle = "leaktop: which pod?"
	return v
}

func (p *picker) drawScreen() string {
	if p.width == 0 || p.height == 0 {
		return " "
	}
	t := p.theme(!p.light)
	head := " " + t.Render(theme.Title, fmt.Sprintf("Which of these %d pods?", len(p.pods.list))) + t.Render(theme.Dim, "  "+p.explainProposal())
	keys := []string{t.Render(theme.Key, "enter") + t.Render(theme.Dim, " watch"), t.Render(theme.Key, "a") + t.Render(theme.Dim, " all side by side"), t.Render(theme.Key, "↑↓") + t.Render(theme.Dim, " move"), t.Render(theme.Key, "s") + t.Render(theme.Dim, " sort"), t.Render(theme.Key, "q") + t.Render(theme.Dim, " quit")}
	place := p.table.Position() + " "
	foot := format.Pad(" "+strings.Join(keys, "  "), max(0, p.width-format.Width(place))) + t.Render(theme.Dim, place)
	lines := []string{format.Pad(format.Fit(head, p.width), p.width), format.Pad("", p.width)}
	lines = append(lines, tui.Fill(strings.Split(p.table.View(), "\n"), p.width, max(0, p.height-3))...)
	return strings.Join(append(lines, format.Pad(foot, p.width)), "\n")
}

// explainProposal says why a pod is proposed.
func (p *picker) explainProposal() string {
	switch best := p.pods.list[0]; {
	case p.fullest:
		full, _ := p.pods.fullest()
		return "The cursor is on the one at " + format.Percent(limitShare(full)) + " of its memory limit."
	case best.Restarts > 0:
		return "The cursor is on the one that restarted most."
	case best.Ready:
		return "No restarts: the cursor is on the oldest ready one."
	}
	return "The cursor is on the oldest running one."
}
