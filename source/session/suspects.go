package session

import (
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
)

// standingSuspects are those of the present process that were reported and not taken
// back.
type standingSuspects struct {
	start    time.Time // of the process
	standing map[standing]stood
}

// standing identifies a suspect.
type standing struct {
	kind     leak.Kind
	function string
}

type stood struct {
	missing time.Time // since when it is no suspect; zero while it is
	group   *profile.Group
}

// compare returns the suspects that appeared or were taken back with a new report, as
// events, each once.
func (v *standingSuspects) compare(start, now time.Time, r leak.Report) []profile.Event {
	if !start.Equal(v.start) || v.standing == nil {
		*v = standingSuspects{start, map[standing]stood{}}
	}
	var out []profile.Event
	event := func(text string) {
		out = append(out, profile.Event{Time: now, Kind: profile.EventVerdict, Text: text})
	}
	seen := map[standing]bool{}
	for _, s := range r.Suspects {
		k := standing{s.Kind, s.Function}
		if s.Confidence == leak.Low || seen[k] {
			continue
		}
		seen[k] = true
		if _, ok := v.standing[k]; !ok {
			event("leak: " + s.Sentence)
		}
		v.standing[k] = stood{group: s.Group}
	}
	for k, s := range v.standing {
		switch {
		case seen[k]:
		case renamed(s.group, r):
			delete(v.standing, k)
		case s.missing.IsZero():
			s.missing = now
			v.standing[k] = s
		case now.Sub(s.missing) >= 15*time.Second:
			event("taken back: " + k.say(r, s.group))
			delete(v.standing, k)
		}
	}
	return out
}

// renamed tells whether the goroutines of g are those of a suspect still, by
// another name: their creator was found.
func renamed(g *profile.Group, r leak.Report) bool {
	if g == nil || g.Kind != profile.Goroutine || len(g.Stacks) == 0 {
		return false
	}
	for _, s := range r.Suspects {
		if s.Group != nil && s.Group.Kind == g.Kind && len(s.Group.Stacks) > 0 && s.Group.Stacks[0] == g.Stacks[0] {
			return true
		}
	}
	return false
}

// say is what a suspect that is none any more looks like.
func (k standing) say(r leak.Report, g *profile.Group) string {
	name, why := k.function, ""
	switch {
	case g == nil:
		name = "memory outside of Go"
	case k.kind == leak.Goroutine && len(g.Stacks) > 0:
		why = r.Stack(g.Stacks[0]).Text
	case k.kind == leak.Heap:
		why = r.Function(g.Blame).Text
	}
	if why == "" {
		why = "grows no more"
	}
	return name + ": " + why
}
