package fleet

import (
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/fleet"
	"github.com/leaktop/leaktop/source/session"
)

// State is everything known about a fleet at one moment. It is immutable.
type State struct {
	// Revision counts changes: states with the same revision are equal.
	Revision int
	Name     string
	// Members are in the order of suspicion, those that are gone last.
	Members    []Member
	later      []Member // in a replay: those that had not joined at the moment that is shown
	Comparison fleet.Comparison
	Started    time.Time // when the watch began
	Now        time.Time
	Omitted    int // processes that are not watched, because there are too many
	// Diagnostics are problems of finding the members.
	Diagnostics []profile.Diagnostic
	Ended       bool  // no more will arrive
	Err         error // why it ended, nil if normally
}

// Member is one process of the fleet.
type Member struct {
	ID       string
	TargetID string // ID of its target; the same for all watches of a target that left and came back
	Name     string // the part of FullName in which it differs from the others
	// FullName is the target for display, without secrets.
	FullName      string
	Zone, Cluster string
	CPU           float64 // cores; 0 if unknown
	ExitReason    string  // how its last process ended: "OOMKilled"; empty if unknown
	Removed       string  // why it was removed: "Evicted: …"; empty if unknown
	// Gone is when it left; zero if it did not.
	Gone time.Time
	// Err is why nothing arrives; nil if something does, or may soon.
	Err error
	// Facts are those of its state, or else what is known before it answers.
	Facts profile.Facts
	// State is the state of its session; zero before it is opened.
	State session.State
	// Compared is its entry in the comparison.
	Compared fleet.Member
	session  *session.Session
	left     time.Time // when it left the fleet that was recorded; zero if it did not
}

// Session returns the watch of the member, nil before it is opened.
func (m Member) Session() *session.Session { return m.session }

// IsGone reports whether the member left.
func (m Member) IsGone() bool { return !m.Gone.IsZero() }

// Find returns the member with an ID.
func (s State) Find(id string) (Member, bool) {
	i := slices.IndexFunc(s.Members, func(m Member) bool { return m.ID == id })
	if i < 0 {
		return Member{}, false
	}
	return s.Members[i], true
}

// newState returns the state of all members.
func (f *Fleet) newState(now time.Time) State {
	st := State{
		Revision: f.revision, Name: f.finder.Name(), Started: f.started, Now: now,
		Omitted: f.omitted, Diagnostics: f.diagnostics,
	}
	names := make([]string, len(f.members))
	for i, m := range f.members {
		names[i] = m.target.Name
	}
	short := f.shortNames(names)
	for i, m := range f.members {
		out := m.snapshot()
		out.Name = short[i]
		st.Members = append(st.Members, out)
	}
	if f.o.Recorded {
		st.Started, st.Now = recordedSpan(st.Members, st.Started, st.Now)
		st.showMoment()
	}
	compared := make([]fleet.Member, len(st.Members))
	for i, m := range st.Members {
		compared[i] = m.Compared
	}
	st.Comparison = fleet.Compare(compared)
	slices.SortStableFunc(st.Members, func(a, b Member) int { return fleet.CompareSuspicion(a.Compared, b.Compared) })
	return st
}

// showMoment removes the members that had not joined the recorded fleet at the moment that
// is shown, and marks those that had left it.
func (s *State) showMoment() {
	now := s.Now
	if r, ok := s.Replay(); ok {
		now = r.At
	}
	all := s.Members
	s.Members = nil
	for _, m := range all {
		if !m.left.IsZero() && !now.Before(m.left) {
			m.Gone, m.Compared.IsGone = m.left, true
		}
		if x := m.State.Replay; x != nil && now.Before(x.From) {
			s.later = append(s.later, m)
			continue
		}
		s.Members = append(s.Members, m)
	}
}

// shortNames returns the part of each name in which it differs from the others. If
// members of different clusters have the same name, it adds the cluster.
func (f *Fleet) shortNames(names []string) []string {
	short := fleet.DistinctNames(names)
	of := map[string]string{}
	isAmbiguous := false
	for i, m := range f.members {
		other, ok := of[short[i]]
		isAmbiguous = isAmbiguous || ok && other != m.target.Cluster
		of[short[i]] = m.target.Cluster
	}
	for i, m := range f.members {
		if isAmbiguous {
			short[i] += " (" + m.target.Cluster + ")"
		}
	}
	return short
}

// recordedSpan returns the first and the last time that is recorded, or else the given
// ones.
func recordedSpan(members []Member, first, last time.Time) (from, to time.Time) {
	for _, m := range members {
		if m.State.Polls == 0 {
			continue
		}
		if from.IsZero() || m.State.First.Before(from) {
			from = m.State.First
		}
		if m.State.Now.After(to) {
			to = m.State.Now
		}
	}
	if from.IsZero() {
		return first, last
	}
	return from, to
}
