package report

import (
	"fmt"
	"math"

	"github.com/leaktop/leaktop/profile"
	compare "github.com/leaktop/leaktop/profile/fleet"
	"github.com/leaktop/leaktop/ui/format"
)

// This file has the wording of what is odd about members of a fleet.

// maxOdd is the maximum number of odd members mentioned.
const maxOdd = 3

// findOddest returns what is odd about members, once for each member and each function,
// without what the first sentence says and without leaks.
func (w fleetWording) findOddest() (out []compare.Outlier) {
	told, said := map[string]bool{}, map[compare.Key]bool{}
	for _, o := range w.st.Comparison.Outliers {
		if o.Function == "" || told[o.ID] || said[o.Key] || w.sum.Odd != nil && o == *w.sum.Odd || w.isSuspect(o) || len(out) == maxOdd {
			continue
		}
		told[o.ID], said[o.Key] = true, true
		out = append(out, o)
	}
	return out
}

// likeIt says how many other members are odd in the same way: ", like 2 others,".
func (w fleetWording) likeIt(o compare.Outlier) string {
	n := 0
	for _, x := range w.st.Comparison.Outliers {
		if x.Key == o.Key && x.ID != o.ID && (x.Value > x.Median) == (o.Value > o.Median) {
			n++
		}
	}
	switch n {
	case 0:
		return ""
	case 1:
		return ", like one other,"
	}
	return fmt.Sprintf(", like %s others,", format.Count(n))
}

// isSuspect reports whether the outlier is a suspect of that member.
func (w fleetWording) isSuspect(o compare.Outlier) bool {
	if o.Leaks {
		return true
	}
	for _, s := range w.st.Comparison.Suspects {
		if _, has := s.Has(o.ID); has && s.First.Function == o.Function {
			return true
		}
	}
	return false
}

// commonThings names what the goroutines or the memory of some functions are.
var commonThings = map[string]string{
	"net/http.(*conn).serve":           "connections",
	"net/http.(*persistConn).readLoop": "connections to other services",
	"database/sql.(*DB).conn":          "waits for a database connection",
}

// FleetOutlier says what is odd: "has 40 times the connections: 400, others 10".
func FleetOutlier(o compare.Outlier) string {
	unit, thing := "bytes", "memory of "+profile.ShortName(o.Function)
	if o.Kind == profile.Goroutine {
		unit, thing = "goroutines", "goroutines of "+profile.ShortName(o.Function)
	}
	switch name := commonThings[o.Function]; {
	case o.Function == "" && o.Kind == profile.Goroutine:
		thing = "goroutines"
	case o.Function == "":
		thing = "live heap"
	case name != "" && o.Kind == profile.Goroutine:
		thing = name
	}
	per := func(v float64) string { return format.Value(int64(math.Round(v)), unit) }
	values := fmt.Sprintf(": %s, others %s", per(o.Value), per(o.Median))
	switch r := o.Ratio(); {
	case o.IsOnlyHolder():
		return "alone has " + thing + ": " + per(o.Value)
	case math.IsInf(r, 1):
		return "has " + thing + ", most others none: " + per(o.Value)
	case o.Value == 0:
		return "has no " + thing + ", others " + per(o.Median)
	case r < 1:
		return fmt.Sprintf("has only %.0f%% of the %s%s", 100*r, thing, values)
	case r < 9.5:
		return fmt.Sprintf("has %.1f times the %s%s", r, thing, values)
	default:
		return fmt.Sprintf("has %s times the %s%s", format.Count(math.Round(r)), thing, values)
	}
}
