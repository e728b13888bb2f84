package tui

import (
	"sync/atomic"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source/fleet"
	"github.com/leaktop/leaktop/source/process"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/listing"
	"github.com/leaktop/leaktop/ui/theme"
)

var lastID atomic.Int64

// NextID returns a new number for a page, so that a late result reaches only the page
// that requested it.
func NextID() int64 { return lastID.Add(1) }

// WindowName describes a window.
func WindowName(d time.Duration) string {
	if d == 0 {
		return "all"
	}
	return "last " + format.Duration(d)
}

// Range is the time between two moments.
type Range struct{ From, To time.Time }

// IsSet reports whether there is a range.
func (r Range) IsSet() bool { return !r.To.IsZero() }

// String formats the range: "14:02:05 to 14:05:10".
func (r Range) String() string {
	layout := format.ClockLayout(r.To.Sub(r.From))
	return r.From.Local().Format(layout) + " to " + r.To.Local().Format(layout)
}

// ViewContext is the state that all parts of the screen share. Only the root model
// changes it.
type ViewContext struct {
	Theme   theme.Theme
	Keys    KeyMap
	History *profile.History
	State   session.State

	Kind      profile.Kind // of the profile that functions and stacks are of
	Types     []profile.SampleType
	Sample    string        // name of the sample type shown
	Baseline  bool          // values are differences from the baseline
	Window    time.Duration // of charts, growth and sparklines; 0 is all
	Paused    bool          // the whole screen is frozen
	SaysWhy   bool          // the verdict lines have room for the whole reason why nothing has arrived
	Untouched bool          // no key has been pressed yet
	// HiddenColumns are the IDs of the columns that the user has hidden.
	HiddenColumns map[string]bool
	WebViewURL    string // address of pprof's web view, empty if it is not running

	// Range are two moments whose difference everything shows; zero for none.
	Range Range

	// ReadSource reads the source of a function, as [listing.Read] does. It reads the
	// disk: only commands call it.
	ReadSource func(f *profile.Function, line int, goVersion string) *listing.Listing

	// IsRecorded means that the data comes from a recording or from files, and no more
	// will arrive.
	IsRecorded bool

	Now time.Time // time of the newest message that has one

	// Fleet is the state of all processes, nil on the screen of a single one.
	Fleet *fleet.State

	// Processes are the processes of this machine; nil on other screens, and before the
	// first scan.
	Processes *process.Scan
	// Watched are the states of the processes that serve pprof, by
	// [process.Process.Key].
	Watched map[string]session.State
}

// IsReading reports whether a recording is being read and has no data yet.
func (vc *ViewContext) IsReading() bool {
	return vc.IsRecorded && vc.State.Replay == nil && !vc.State.Ended && len(vc.State.Heap)+len(vc.State.Goroutines) == 0
}

// WatchTime returns the time span of the values that are shown.
func (vc *ViewContext) WatchTime() time.Duration {
	if vc.Fleet != nil {
		if r, ok := vc.Fleet.Replay(); ok {
			return r.To.Sub(r.From)
		}
		return vc.Fleet.Now.Sub(vc.Fleet.Started)
	}
	if r := vc.State.Replay; r != nil {
		return r.To.Sub(r.From)
	}
	if vc.State.First.IsZero() {
		return 0
	}
	return vc.State.Now.Sub(vc.State.First)
}

// FormatClock formats a moment of what is shown, in this machine's time zone.
func (vc *ViewContext) FormatClock(t time.Time) string {
	return t.Local().Format(format.ClockLayout(vc.WatchTime()))
}

// SetState sets a new state and advances Now.
func (vc *ViewContext) SetState(st session.State) {
	vc.State = st
	if st.History != nil && !vc.Range.IsSet() {
		vc.History = st.History
	}
	for _, t := range []time.Time{st.Status.Time, st.Now} {
		if t.After(vc.Now) {
			vc.Now = t
		}
	}
}

// HideColumn hides or shows a column in all tables.
func (vc *ViewContext) HideColumn(id string, hide bool) {
	if vc.HiddenColumns == nil {
		vc.HiddenColumns = map[string]bool{}
	}
	vc.HiddenColumns[id] = hide
}

// NewContext returns the context of a view that has just started, for a screen with the
// given number of panes. It shows the live heap in the narrowest window.
func NewContext(t theme.Theme, h *profile.History, panes int) *ViewContext {
	return &ViewContext{
		Theme: t, Keys: DefaultKeyMap(panes), History: h,
		Kind: profile.Heap, Sample: "inuse_space", Window: Windows[0], Untouched: true,
		ReadSource: listing.Read,
	}
}

// Settings are the user's choices that determine what values mean. Rows take a
// moment to be made, and keep the settings that they were made with.
type Settings struct {
	Kind      profile.Kind
	Sample    string
	Baseline  bool      // values are differences
	Since     time.Time // that moment, once rows were made
	Range     Range     // the moments whose difference they are
	Window    time.Duration
	FetchedAt time.Time // when the profile was requested; zero if it is polled
}

// Settings returns the current choices of the user.
func (vc *ViewContext) Settings() Settings {
	return Settings{Kind: vc.Kind, Sample: vc.Sample, Baseline: vc.Baseline, Range: vc.Range, Window: vc.Window}
}

// For returns the settings of rows made from a profile, nil for none. If the baseline
// has no profile of that kind, the values are absolute.
func (s Settings) For(h *profile.History, under *profile.Extract) Settings {
	s.Baseline = s.Baseline && (under == nil || !under.Baseline.IsZero())
	if s.Baseline {
		s.Since = h.Baseline()
	}
	if under != nil && !under.Kind.Info().Polled {
		s.FetchedAt = under.Time
	}
	return s
}

// IsStandardSpan reports whether growth is over the time span that a verdict is about:
// the user chose no baseline or range, and the window is the first one, or covers the whole
// watch as the verdict does.
func (vc *ViewContext) IsStandardSpan() bool {
	return !vc.Baseline && !vc.Range.IsSet() && (vc.Window == Windows[0] || vc.Span() >= vc.State.Now.Sub(vc.State.First))
}

// IsJudged reports whether what is shown is what the judge measures: live values, over
// the standard span.
func (vc *ViewContext) IsJudged() bool {
	return vc.IsStandardSpan() && vc.hasJudgedValues()
}

// hasJudgedValues reports whether the values are of the sample types that the judge measures.
func (vc *ViewContext) hasJudgedValues() bool {
	return vc.Sample == "inuse_space" || vc.Sample == "goroutine"
}

// EvaluationOf returns the evaluation of a row with the given cum. A function whose callees
// hold most of it is never called harmless. Differences, and values of other types, do not
// show which part of them the function is blamed for.
func (vc *ViewContext) EvaluationOf(b Blame, cum int64) leak.Evaluation {
	isWhole := vc.hasJudgedValues() && !vc.Baseline && !vc.Range.IsSet() && 2*b.Held >= cum
	if isWhole || b.Evaluation.Shape.IsSuspect() {
		return b.Evaluation
	}
	return leak.Evaluation{}
}

// IsOfFiles reports whether profile files are shown.
func (vc *ViewContext) IsOfFiles() bool { return vc.State.Replay != nil && vc.State.Replay.IsFiles }

// IsOneProfile reports whether files with at most one profile of each kind are shown,
// which have no growth.
func (vc *ViewContext) IsOneProfile() bool {
	if !vc.IsOfFiles() {
		return false
	}
	for _, n := range vc.State.Replay.Polls {
		if n > 1 {
			return false
		}
	}
	return true
}

// Windows are the windows that [KeyMap.Wider] and [KeyMap.Narrower] choose from; 0 is
// everything.
var Windows = []time.Duration{4 * time.Minute, 30 * time.Minute, 0}

// Span returns the window as tables need it: for 0, the whole watch.
func (vc *ViewContext) Span() time.Duration {
	if vc.Window > 0 {
		return vc.Window
	}
	return 1 << 62
}

// Selection returns what a table of the chosen profile shows.
func (vc *ViewContext) Selection(by profile.Grouping, focus *profile.Function) profile.Selection {
	return profile.Selection{
		Kind: vc.Kind, Type: vc.Sample, By: by, Focus: focus, Baseline: vc.Baseline, Window: vc.Span(),
	}
}
