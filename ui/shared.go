package ui

import (
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/theme"
)

// shared is what all parts of the screen look at. Only the root changes it.
type shared struct {
	theme   theme.Theme
	keys    KeyMap
	history *profile.History
	state   session.State

	kind     profile.Kind // of the profile that functions and stacks are of
	types    []profile.SampleType
	sample   string        // name of the sample type shown
	baseline bool          // values are differences to the baseline
	window   time.Duration // of charts, growth and sparklines; 0 is all
	paused   bool          // tables stand still
	unused   bool          // no key was pressed yet
	served   string        // address of pprof's web view, empty for none

	now time.Time // of the newest message that told a time
}

// settings are what the user chose that values mean. Rows take a moment to be
// made, and are of the settings that they were made with.
type settings struct {
	kind     profile.Kind
	sample   string
	baseline bool      // values are differences
	since    time.Time // to that moment, where rows were made
	window   time.Duration
	taken    time.Time // when the profile was asked for; zero where it is polled
}

func (s *shared) settings() settings {
	return settings{kind: s.kind, sample: s.sample, baseline: s.baseline, window: s.window}
}

// of are the settings that rows have which were made of a profile, nil for none:
// one of another kind than the baseline has is shown as it is.
func (s settings) of(h *profile.History, under *profile.Extract) settings {
	s.baseline = s.baseline && (under == nil || !under.Baseline.IsZero())
	if s.baseline {
		s.since = h.Baseline()
	}
	if under != nil && !under.Kind.Info().Polled {
		s.taken = under.Time
	}
	return s
}

// windows are what [KeyMap.Wider] and [KeyMap.Narrower] go through; 0 is all.
var windows = []time.Duration{4 * time.Minute, 30 * time.Minute, 0}

// span is the window as tables need it: all is the whole watch.
func (s *shared) span() time.Duration {
	if s.window > 0 {
		return s.window
	}
	return 1 << 62
}

// selection is what a table of the chosen profile shows.
func (s *shared) selection(by profile.Grouping, focus *profile.Function) profile.Selection {
	return profile.Selection{
		Kind: s.kind, Type: s.sample, By: by, Focus: focus, Baseline: s.baseline, Window: s.span(),
	}
}
