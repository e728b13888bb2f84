package ui

import (
	"strconv"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
)

// replayActions is the table of keys that move a replay. They come before the
// keys of the live view.
var replayActions = []struct {
	key func(KeyMap) key.Binding
	do  func(*session.Player)
}{
	{func(k KeyMap) key.Binding { return k.Play }, (*session.Player).Toggle},
	{func(k KeyMap) key.Binding { return k.StepBack }, func(p *session.Player) { p.Step(-1) }},
	{func(k KeyMap) key.Binding { return k.StepOn }, func(p *session.Player) { p.Step(1) }},
	{func(k KeyMap) key.Binding { return k.Slower }, func(p *session.Player) { p.Faster(-1) }},
	{func(k KeyMap) key.Binding { return k.Faster }, func(p *session.Player) { p.Faster(1) }},
	{func(k KeyMap) key.Binding { return k.PrevEvent }, func(p *session.Player) { p.Jump(-1) }},
	{func(k KeyMap) key.Binding { return k.NextEvent }, func(p *session.Player) { p.Jump(1) }},
}

// liveOnly is the table of keys that ask a live target, and what they ask for.
var liveOnly = []struct {
	key  func(KeyMap) key.Binding
	ask  source.Query
	what string
}{
	{func(k KeyMap) key.Binding { return k.Collect }, source.Query{Kind: profile.Heap, GC: true}, "collect"},
	{func(k KeyMap) key.Binding { return k.Creators }, source.Query{Kind: profile.Trace}, "trace"},
	{func(k KeyMap) key.Binding { return k.Prove }, source.Query{Kind: profile.GoroutineLeak}, "prove leaks"},
	{func(k KeyMap) key.Binding { return k.Dump }, source.Query{Kind: profile.Goroutine, Debug: 2}, "dump its goroutines"},
}

// replayKey is a key in a replay; ok is false if it means what it always does.
func (m *Model) replayKey(msg tea.KeyPressMsg) (ok bool) {
	p := m.watch.Player()
	if p == nil {
		return false
	}
	for _, a := range replayActions {
		if key.Matches(msg, a.key(m.sh.keys)) {
			a.do(p)
			return true
		}
	}
	rec, _ := m.watch.Source.(*source.Recorded)
	for _, l := range liveOnly {
		if key.Matches(msg, l.key(m.sh.keys)) && rec != nil && (l.ask.GC || !rec.Has(l.ask)) {
			m.say(true, "A recording can't "+l.what+": that was not asked while it was made. Ask the live service.")
			return true
		}
	}
	return false
}

// followReplay takes over what a new state says of the replay.
func (m *Model) followReplay(before session.State) tea.Cmd {
	now, old := m.sh.state.Replay, before.Replay
	if now == nil {
		return nil
	}
	m.sh.now = now.At
	var cmd tea.Cmd
	if h := m.sh.history; m.sh.state.Moment != before.Moment {
		m.sh.baseline = !h.Baseline().IsZero()
		if s, _ := h.Latest(m.sh.kind); s == nil && m.sh.kind != profile.Heap {
			once := m.sh.kind.Info().Title
			cmd = m.choose(profile.Heap)
			m.say(false, once+": asked for once, so not of every moment. Values are of the heap; p opens it again.")
		}
	}
	switch {
	case old == nil && now.Pair:
		m.say(false, "Two profiles: values are what the second has more than the first. B drops the comparison.")
		return tea.Batch(cmd, m.toFunctions())
	case old == nil:
		m.say(false, "The end of the recording. space plays it from the beginning, , and . step, [ and ] go to events.")
	case now.Jumps != old.Jumps && now.Event == nil:
		m.say(false, "No further event in this direction.")
	case now.Jumps != old.Jumps:
		m.say(false, now.Event.Time.Local().Format(time.TimeOnly)+" "+string(now.Event.Kind)+": "+now.Event.Text)
	}
	return cmd
}

// barWidth is that of the time bar in the header.
const barWidth = 14

// replayStatus is the part of the header on a replay: whether it plays, how
// fast, and where it is.
func replayStatus(sh *shared) string {
	t, r := sh.theme, sh.state.Replay
	state := t.Render(theme.Warn, theme.SymbolPaused) + " "
	if r.Playing {
		state = t.Render(theme.Good, theme.SymbolPath) + " "
	}
	layout := time.TimeOnly
	if r.To.Sub(r.From) > 12*time.Hour {
		layout = "2 Jan 15:04"
	}
	s := state + strconv.FormatFloat(r.Speed, 'g', -1, 64) + "x " + timeBar(t, r) + " " +
		t.Render(theme.Title, r.At.Local().Format(layout))
	if r.Loaded < 1 {
		return s + t.Render(theme.Dim, " reading "+format.Percent(r.Loaded))
	}
	return s + t.Render(theme.Dim, " of "+r.To.Local().Format(layout))
}

// timeBar shows the moment between the beginning and the end, and where things
// happened.
func timeBar(t theme.Theme, r *session.Replay) string {
	column := func(at time.Time) int {
		span := r.To.Sub(r.From)
		if span <= 0 {
			return barWidth - 1
		}
		return min(max(int(float64(barWidth-1)*float64(at.Sub(r.From))/float64(span)+0.5), 0), barWidth-1)
	}
	var marked [barWidth]bool
	for _, at := range r.Marks {
		marked[column(at)] = true
	}
	now := column(r.At)
	var b strings.Builder
	for i := range barWidth {
		switch {
		case i == now:
			b.WriteString(t.Render(theme.Accent, theme.SymbolLeak))
		case marked[i]:
			b.WriteString(t.Render(theme.Warn, "┃"))
		case i < now:
			b.WriteString(t.Render(theme.Plain, "━"))
		default:
			b.WriteString(t.Render(theme.Dim, "─"))
		}
	}
	return b.String()
}

// hints are the keys worth showing at the bottom: in a replay, first those that
// move it.
func (m *Model) hints() []key.Binding {
	all, k := m.page().hints(), m.sh.keys
	for i := range all {
		if m.sh.paused && all[i].Help() == k.Pause.Help() {
			all[i] = bind(k.Pause.Help().Key, "go on", "space")
		}
	}
	if m.watch.Player() == nil {
		return all
	}
	out := []key.Binding{
		bind("space", "play", "space"), bind(", .", "step", ",", "."), bind("[ ]", "events", "[", "]"), bind("< >", "speed", "<", ">"),
	}
	for _, b := range all {
		if b.Help() != k.Pause.Help() {
			out = append(out, b)
		}
	}
	return out
}
