package overview

import (
	"strconv"
	"strings"
	"time"

	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// timeBarWidth is the width of the time bar in the header.
const timeBarWidth = 14

// replayName returns what the header calls a replay: its file, and the target that
// was recorded.
func replayName(r *session.Replay, target string) string {
	file := r.File[strings.LastIndexByte(r.File, '/')+1:]
	switch {
	case r.IsStore:
		return target
	case r.IsFiles || target == r.File:
		return file
	}
	return file + ": " + target
}

// fileStatus returns the part of the header about profile files: how many there are,
// and their times.
func fileStatus(vc *tui.ViewContext) string {
	r := vc.State.Replay
	text := format.Count(tui.CountPolls(r)) + " profiles, "
	switch {
	case tui.CountPolls(r) == 1:
		text = "one profile of "
	case r.Pair:
		text = "two profiles compared, "
	}
	return vc.Theme.Render(theme.Dim, text) + vc.Theme.Render(theme.Title, r.At.Local().Format("2 Jan 2006 15:04:05"))
}

// replayStatus returns the part of the header about a replay: whether it plays, how
// fast, and where it is.
func replayStatus(vc *tui.ViewContext) string {
	t, r := vc.Theme, vc.State.Replay
	state := t.Render(theme.Warn, theme.SymbolPaused) + " "
	if r.Playing {
		state = t.Render(theme.Good, theme.SymbolPath) + " "
	}
	if r.IsFiles && tui.CountPolls(r) <= 2 {
		return fileStatus(vc)
	}
	state += strconv.FormatFloat(r.Speed, 'g', -1, 64) + "x "
	switch {
	case r.IsLive && vc.State.Status.Failure() != nil:
		state = t.Render(theme.Bad, theme.SymbolFailed+" no answer") + " "
	case r.IsLive && tui.IsSilent(vc):
		state = t.Render(theme.Warn, theme.SymbolFailed+" silent") + " "
	case r.IsLive:
		state = t.Render(theme.Good, theme.SymbolLive+" live") + " "
	}
	s := t.Render(theme.Dim, r.From.Local().Format("2 Jan 2006")) + " " + state + timeBar(t, r) + " " + t.Render(theme.Title, vc.FormatClock(r.At))
	if r.IsLive && r.Loaded >= 1 {
		return s
	}
	if r.Loaded < 1 {
		return s + t.Render(theme.Dim, " reading "+format.Percent(r.Loaded))
	}
	return s + t.Render(theme.Dim, " of "+vc.FormatClock(r.To))
}

// timeBar shows the current moment between the beginning and the end, and marks
// events.
func timeBar(t theme.Theme, r *session.Replay) string {
	column := func(at time.Time) int {
		span := r.To.Sub(r.From)
		if span <= 0 {
			return timeBarWidth - 1
		}
		return min(max(int(float64(timeBarWidth-1)*float64(at.Sub(r.From))/float64(span)+0.5), 0), timeBarWidth-1)
	}
	var marked [timeBarWidth]bool
	for _, at := range r.Marks {
		marked[column(at)] = true
	}
	now := column(r.At)
	var b strings.Builder
	for i := range timeBarWidth {
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
