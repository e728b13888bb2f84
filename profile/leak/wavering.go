package leak

import (
	"time"

	"github.com/leaktop/leaktop/profile"
)

// Wavering are the suspects that stood at one of the last polls and do not at the
// newest. Growth that has ended stays so, but growth of few large objects pauses
// by chance of the sampler: who stops looking within such a pause has not seen it
// end. Suspects of the newest poll are not looked at: it is for one without.
func Wavering(in Input) []Suspect {
	var out []Suspect
	for _, kind := range []Kind{Heap, Goroutine, OffHeap} {
		told := map[string]bool{}
		for _, t := range in.lastPolls(kind) {
			for _, s := range Judge(in.until(t)).Suspects {
				if s.Kind == kind && s.Confidence != Low && !told[s.Function] {
					told[s.Function] = true
					out = append(out, s)
				}
			}
		}
	}
	return out
}

// lastPolls are the times of the last polls of a kind before the newest, the last
// first.
func (in Input) lastPolls(kind Kind) (out []time.Time) {
	all := pollsOf(in.Heap)
	switch kind {
	case Goroutine:
		all = pollsOf(in.Goroutines)
	case OffHeap:
		all = nil
		for i := range in.Memory {
			all = append(all, in.Memory[i].Time)
		}
	}
	for i := len(all) - 2; i >= 0 && (len(out) < params.polls.backPolls || all[len(all)-1].Sub(all[i]) < params.polls.backAfter); i-- {
		out = append(out, all[i])
	}
	return out
}

// pollsOf are the times of the group that was seen most often.
func pollsOf(groups []profile.Group) (out []time.Time) {
	for i := range groups {
		if len(groups[i].Points) <= len(out) {
			continue
		}
		out = out[:0]
		for _, p := range groups[i].Points {
			out = append(out, p.Time)
		}
	}
	return out
}

// until is what was known at a time.
func (in Input) until(t time.Time) Input {
	in.Now = t
	in.Heap, in.Goroutines = groupsUntil(in.Heap, t), groupsUntil(in.Goroutines, t)
	for n := len(in.Memory); n > 0 && in.Memory[n-1].Time.After(t); n-- {
		in.Memory = in.Memory[:n-1]
	}
	return in
}

func groupsUntil(groups []profile.Group, t time.Time) []profile.Group {
	out := append([]profile.Group(nil), groups...)
	for i := range out {
		p := out[i].Points
		for len(p) > 0 && p[len(p)-1].Time.After(t) {
			p = p[:len(p)-1]
		}
		out[i].Points = p
	}
	return out
}
