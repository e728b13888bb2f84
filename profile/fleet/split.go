package fleet

import (
	"slices"

	"github.com/leaktop/leaktop/profile/leak"
)

// Attribute is something that members may have in common.
type Attribute string

// The attributes.
const (
	ByVersion Attribute = "version"
	byNode    Attribute = "node"
	byZone    Attribute = "zone"
)

// attributes is the table of attributes, in the order in which they are tried.
var attributes = []struct {
	by Attribute
	of func(Member) string
}{
	{ByVersion, func(m Member) string { return m.Version }},
	{byZone, func(m Member) string { return m.Zone }},
	{byNode, func(m Member) string { return m.Node }},
}

// Split says that exactly the members with a value of an attribute have a suspect.
type Split struct {
	By     Attribute
	Value  string
	Others []string // values of members without it, sorted
	In     int      // members with Value
	Out    int      // members with one of Others
	// IsNewer means that the members with Value were created after all others: the suspect
	// came with them.
	IsNewer bool
}

// findSplit returns what the leaking members have in common. Members without a verdict do
// not count.
func findSplit(members []Member, s Suspect) *Split {
	for _, a := range attributes {
		if x := splitBy(members, s, a.by, a.of); x != nil {
			return x
		}
	}
	return nil
}

func splitBy(members []Member, s Suspect, by Attribute, of func(Member) string) *Split {
	x := Split{By: by}
	with, without := s.divide(members)
	for _, m := range with {
		v := of(m)
		if v == "" || x.Value != "" && x.Value != v {
			return nil
		}
		x.Value = v
		x.In++
	}
	for _, m := range without {
		v := of(m)
		if v == x.Value || v == "" {
			return nil // one of the same does not have it
		}
		x.Out++
		if !slices.Contains(x.Others, v) {
			x.Others = append(x.Others, v)
		}
	}
	if x.Out == 0 || x.In == 0 || x.In < 2 && by != ByVersion {
		return nil // a single member on its node is only itself
	}
	slices.Sort(x.Others)
	x.IsNewer = isYounger(with, without)
	return &x
}

// divide returns the members in which the suspect leaks, and the judged ones that do not
// have it. Members that are gone count too, so that the old version can be compared during
// and after a rollout.
func (s Suspect) divide(members []Member) (with, without []Member) {
	for _, m := range members {
		own, has := m.suspect(keyOf(s.First))
		switch {
		case m.Polls == 0:
		case has && own.Confidence != leak.Low:
			with = append(with, m)
		case m.isJudged() && !has:
			without = append(without, m)
		}
	}
	return with, without
}

// isYounger reports whether each of a was created after all of b.
func isYounger(a, b []Member) bool {
	oldest := slices.MinFunc(a, func(x, y Member) int { return x.Created.Compare(y.Created) }).Created
	newest := slices.MaxFunc(b, func(x, y Member) int { return x.Created.Compare(y.Created) }).Created
	return !oldest.IsZero() && !newest.IsZero() && oldest.After(newest)
}
