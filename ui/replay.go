package ui

import (
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/tui"
)

// replayActions is the table of keys that move a replay. They come before the
// keys of the live view.
var replayActions = []struct {
	key func(tui.KeyMap) key.Binding
	do  func(*session.Player)
}{
	{func(k tui.KeyMap) key.Binding { return k.Play }, (*session.Player).Toggle},
	{func(k tui.KeyMap) key.Binding { return k.StepBack }, func(p *session.Player) { p.Step(-1) }},
	{func(k tui.KeyMap) key.Binding { return k.StepOn }, func(p *session.Player) { p.Step(1) }},
	{func(k tui.KeyMap) key.Binding { return k.Slower }, func(p *session.Player) { p.Faster(-1) }},
	{func(k tui.KeyMap) key.Binding { return k.Faster }, func(p *session.Player) { p.Faster(1) }},
	{func(k tui.KeyMap) key.Binding { return k.PrevEvent }, func(p *session.Player) { p.Jump(-1) }},
	{func(k tui.KeyMap) key.Binding { return k.NextEvent }, func(p *session.Player) { p.Jump(1) }},
}

// liveOnly is the table of keys that ask a live target, and what they ask for.
var liveOnly = []struct {
	key  func(tui.KeyMap) key.Binding
	ask  source.Query
	what string
}{
	{func(k tui.KeyMap) key.Binding { return k.Collect }, source.Query{Kind: profile.Heap, GC: true}, "collect"},
	{func(k tui.KeyMap) key.Binding { return k.Creators }, source.Query{Kind: profile.Trace}, "trace"},
	{func(k tui.KeyMap) key.Binding { return k.Prove }, source.Query{Kind: profile.GoroutineLeak}, "prove leaks"},
	{func(k tui.KeyMap) key.Binding { return k.Dump }, source.Query{Kind: profile.Goroutine, Debug: 2}, "dump its goroutines"},
}

// replayKey is a key in a replay; ok is false if it means what it always does.
func (m *Model) replayKey(msg tea.KeyPressMsg) (ok bool) {
	p := m.watch.Player()
	if p == nil {
		return false
	}
	for _, a := range replayActions {
		if key.Matches(msg, a.key(m.vc.Keys)) {
			a.do(p)
			return true
		}
	}
	rec, _ := m.watch.Source.(*source.Recorded)
	for _, l := range liveOnly {
		if key.Matches(msg, l.key(m.vc.Keys)) && rec != nil && (l.ask.GC || !rec.Has(l.ask)) {
			m.say(true, "A recording can't "+l.what+": that was not asked while it was made. Ask the live service.")
			return true
		}
	}
	return false
}

// followReplay takes over what a new state says of the replay.
func (m *Model) followReplay(before session.State) tea.Cmd {
	now, old := m.vc.State.Replay, before.Replay
	if now == nil {
		return nil
	}
	m.vc.Now = now.At
	var cmd tea.Cmd
	if h := m.vc.History; m.vc.State.Moment != before.Moment {
		m.vc.Baseline = !h.Baseline().IsZero()
		if s, _ := h.Latest(m.vc.Kind); s == nil && m.vc.Kind != profile.Heap {
			once := m.vc.Kind.Info().Title
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

// hints are the keys worth showing at the bottom: in a replay, first those that
// move it.
func (m *Model) hints() []key.Binding {
	all, k := m.page().Hints(), m.vc.Keys
	for i := range all {
		if m.vc.Paused && all[i].Help() == k.Pause.Help() {
			all[i] = tui.Bind(k.Pause.Help().Key, "go on", "space")
		}
	}
	if m.watch.Player() == nil {
		return all
	}
	out := []key.Binding{
		tui.Bind("space", "play", "space"), tui.Bind(", .", "step", ",", "."), tui.Bind("[ ]", "events", "[", "]"), tui.Bind("< >", "speed", "<", ">"),
	}
	for _, b := range all {
		if b.Help() != k.Pause.Help() {
			out = append(out, b)
		}
	}
	return out
}
