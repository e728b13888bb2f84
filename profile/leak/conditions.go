package leak

import (
	"slices"
	"strings"

	"github.com/leaktop/leaktop/profile"
)

// The conditions of signatures.
var (
	keepsAll = &condition{"nearly all that is allocated stays", func(_ *course, f *finding) bool { return f.g.kept >= params.turnover.turnsBelow }}

	keepsSome = &condition{"a part of what is allocated stays", func(_ *course, f *finding) bool { return f.g.kept < params.turnover.turnsBelow }}

	oneObject = &condition{"one object grows in steps", func(_ *course, f *finding) bool { return f.object }}

	largeBlocks = &condition{"all is kept, in blocks of one size of 32 KiB or more", func(_ *course, f *finding) bool {
		last := f.s.at[len(f.s.at)-1]
		if last.Objects < 1 || f.g.kept < params.turnover.turnsBelow || f.object {
			return false
		}
		each := last.Value / last.Objects
		return each >= 32<<10 && last.Largest <= each+each/4
	}}

	writeLoopToo = &condition{"as many goroutines in net/http.(*persistConn).writeLoop as in readLoop", func(c *course, _ *finding) bool {
		return alike(c.risen("net/http.(*persistConn).readLoop"), c.risen("net/http.(*persistConn).writeLoop"))
	}}

	noClientGrows = &condition{"the service's own HTTP client does not grow", func(c *course, _ *finding) bool {
		return c.risen("net/http.(*persistConn).readLoop") < params.material.goroutines
	}}

	nilChannel = &condition{"the full goroutine dump says \"nil chan\"", func(c *course, f *finding) bool {
		return strings.Contains(c.in.States[f.stack()], "nil chan")
	}}

	hasTicker = &condition{"the same function keeps tickers on the heap", func(c *course, f *finding) bool {
		b := f.s.group.Blame
		if b == nil || b.Class < profile.ClassDep {
			return false
		}
		for i := range c.in.Heap {
			g := &c.in.Heap[i]
			if g.Blame == nil || family(g.Blame.Name) != family(b.Name) {
				continue
			}
			if slices.ContainsFunc(g.Stacks, pattern{"...", "time.NewTicker"}.matches) {
				return true
			}
		}
		return false
	}}
)

// alike tells whether two counts grew by about the same.
func alike(a, b float64) bool { return a > 0 && b > 0 && a/b < 1.25 && b/a < 1.25 }

// risen is by how much goroutines with fn on their stack became more.
func (c *course) risen(fn string) float64 {
	sum := 0.0
	for _, s := range c.goroutines {
		if (pattern{"...", fn}).matches(topStack(s.group)) {
			sum += s.events()
		}
	}
	return sum
}

func topStack(g *profile.Group) *profile.Stack {
	if len(g.Stacks) == 0 {
		return nil
	}
	return g.Stacks[0]
}

// family is the name of a function without that of a closure in it:
// "main.fetch.func1" is of the family "main.fetch".
func family(name string) string {
	for _, mark := range []string{".func", ".gowrap", ".deferwrap"} {
		if i := strings.Index(name, mark); i > 0 && i+len(mark) < len(name) && name[i+len(mark)] >= '0' && name[i+len(mark)] <= '9' {
			name = name[:i]
		}
	}
	return name
}
