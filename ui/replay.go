package ui

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/report"
	"github.com/leaktop/leaktop/ui/tui"
)

// replayMoves are the keys that move a replay. They take precedence over the keys
// of the live view.
var replayMoves = []struct {
	key func(tui.KeyMap) key.Binding
	do  func(*session.Player)
}{
	{func(k tui.KeyMap) key.Binding { return k.Play }, (*session.Player).Toggle},
	{func(k tui.KeyMap) key.Binding { return k.StepBack }, func(p *session.Player) { p.Step(-1) }},
	{func(k tui.KeyMap) key.Binding { return k.StepOn }, func(p *session.Player) { p.Step(1) }},
	{func(k tui.KeyMap) key.Binding { return k.Slower }, func(p *session.Player) { p.ChangeSpeed(-1) }},
	{func(k tui.KeyMap) key.Binding { return k.Faster }, func(p *session.Player) { p.ChangeSpeed(1) }},
	{func(k tui.KeyMap) key.Binding { return k.PrevEvent }, func(p *session.Player) { p.Jump(-1) }},
	{func(k tui.KeyMap) key.Binding { return k.NextEvent }, func(p *session.Player) { p.Jump(1) }},
}

// liveAction is a key that sends a request to a live target.
type liveAction struct {
	key  func(tui.KeyMap) key.Binding
	ask  source.Query
	what string
}

// liveActions are the keys that need a live target, and what they request.
var liveActions = []liveAction{
	{func(k tui.KeyMap) key.Binding { return k.Collect }, source.Query{Kind: profile.Heap, GC: true}, "collect"},
	{func(k tui.KeyMap) key.Binding { return k.NameCreators }, source.Query{Kind: profile.Trace}, "trace"},
	{func(k tui.KeyMap) key.Binding { return k.ProveLeaks }, source.Query{Kind: profile.GoroutineLeak}, "prove leaks"},
	{func(k tui.KeyMap) key.Binding { return k.DumpGoroutines }, source.Query{Kind: profile.Goroutine, Debug: 2}, "dump its goroutines"},
}

// isIn reports whether a recording has the answer to the request.
func (l liveAction) isIn(rec *source.Recorded) bool { return !l.ask.GC && rec.HasCapture(l.ask) }

// disableIdleKeys hides the keys that have no effect on this target: in a live view those
// of a replay, and in a replay those that request what the recording does not have.
func (c *core) disableIdleKeys() {
	k := &c.vc.Keys
	if _, ok := c.session.Source.(source.PodChooser); !ok {
		k.Disable(c.keys.Pods)
	}
	rec, ok := c.session.Source.(*source.Recorded)
	if c.session.Player() == nil || !ok {
		k.Disable(c.keys.ReplayKeys()...)
		return
	}
	k.Disable(c.keys.Pause, c.keys.Record)
	for _, l := range liveActions {
		if !l.isIn(rec) {
			k.Disable(l.key(c.keys))
		}
	}
	if !slices.ContainsFunc(rec.Offers(), func(kind profile.Kind) bool { return !kind.Info().Polled }) {
		k.Disable(c.keys.Profile) // t goes through what is polled
	}
}

// replayAction moves a replay.
type replayAction struct {
	*core
	values valueAction
}

// handleKey handles the keys of a replay; it returns false for any other key.
func (a replayAction) handleKey(msg tea.KeyPressMsg) bool {
	p := a.session.Player()
	if p == nil {
		return false
	}
	for _, move := range replayMoves {
		if key.Matches(msg, move.key(a.keys)) {
			move.do(p)
			return true
		}
	}
	rec, _ := a.session.Source.(*source.Recorded)
	for _, l := range liveActions {
		if key.Matches(msg, l.key(a.keys)) && rec != nil && !l.isIn(rec) {
			a.reportStatus(true, "A recording can't "+l.what+": that was not requested while recording. Use the live service.")
			return true
		}
	}
	return false
}

// isSingle reports whether the replay has at most two files, so that there is nothing
// to play.
func (c *core) isSingle() bool {
	r := c.vc.State.Replay
	return r != nil && r.IsFiles && r.Polls[profile.Heap] <= 2 && r.Polls[profile.Goroutine] <= 2
}

// isStore reports whether the replay is of what a store has kept.
func (a replayAction) isStore() bool {
	rec, ok := a.session.Source.(*source.Recorded)
	return ok && rec.IsStore()
}

// followReplay applies changes of the replay's position since the previous state.
func (a replayAction) followReplay(before session.State) tea.Cmd {
	now, old := a.vc.State.Replay, before.Replay
	if now == nil {
		return nil
	}
	a.vc.Now = now.At
	var cmd tea.Cmd
	if h := a.vc.History; a.vc.State.Moment != before.Moment {
		a.vc.Baseline = !h.Baseline().IsZero()
		if s, _ := h.Latest(a.vc.Kind); s == nil && a.vc.Kind != profile.Heap {
			once := a.vc.Kind.Info().Title
			cmd = a.values.chooseKind(profile.Heap)
			a.reportStatus(false, once+": requested once, so it is not available at every moment. Values are of the heap; p opens it again.")
		}
	}
	switch {
	case old == nil:
		return tea.Batch(cmd, a.beginReplay(now))
	case now.Jumps != old.Jumps && now.Event == nil:
		a.reportStatus(false, "No further event in this direction.")
	case now.Jumps != old.Jumps:
		a.reportStatus(false, a.vc.FormatClock(now.Event.Time)+" "+string(now.Event.Kind)+": "+report.DescribeEvent(*now.Event))
	}
	return cmd
}

// beginReplay tells the user what is shown first, and how to move.
func (a replayAction) beginReplay(now *session.Replay) tea.Cmd {
	switch {
	case now.Pair:
		a.status.setWhile(func() bool { return a.vc.Baseline }, "Values are the second profile minus the first. B drops the comparison.")
		return a.values.showValuesPane()
	case a.isSingle():
		a.vc.Keys.Disable(a.keys.ReplayKeys()...)
		if a.vc.IsOneProfile() {
			a.vc.Keys.Disable(a.keys.Baseline, a.keys.DropBaseline, a.keys.Wider, a.keys.Narrower)
		}
	case a.isStore():
		a.reportStatus(false, "Everything read from the store; new profiles are added. space plays it, [ and ] go to events.")
	default:
		a.reportStatus(false, "The end of the recording: space plays it again.")
	}
	return nil
}
