package profile

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// WriteFolded writes the sample type on screen as folded stacks, one per line, root
// first: "main.main;main.work 4096". With a baseline there are two numbers, then
// and now, as flamegraph.pl and inferno expect for a differential flame graph.
// Comments come first, in lines that such tools skip.
func (x Extract) WriteFolded(w io.Writer) error {
	typ := x.latest.Type(x.Type.Name)
	sums := map[string]*[2]int64{}
	add := func(side int) func(*Sample) {
		return func(s *Sample) {
			key := foldStack(s.Stack)
			if sums[key] == nil {
				sums[key] = &[2]int64{}
			}
			sums[key][side] += s.Values[typ]
		}
	}
	x.forEachSample(x.base, add(0))
	x.forEachSample(x.latest, add(1))
	out := bufio.NewWriter(w)
	for _, c := range x.Comments {
		fmt.Fprintf(out, "# %s #\n", c) // otherwise a line that ends in a number would be read as a stack
	}
	for _, key := range slices.Sorted(maps.Keys(sums)) {
		v := sums[key]
		switch {
		case *v == [2]int64{}:
		case x.base != nil:
			fmt.Fprintf(out, "%s %d %d\n", key, v[0], v[1])
		default:
			fmt.Fprintf(out, "%s %d\n", key, v[1])
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write folded stacks: %w", err)
	}
	return nil
}

// foldStack returns a stack on one line, with the semicolons in names (as in type
// arguments) replaced, since they would split it.
func foldStack(s *Stack) string {
	var b strings.Builder
	for i := len(s.Frames) - 1; i >= 0; i-- {
		b.WriteString(strings.ReplaceAll(s.Frames[i].Func.Name, ";", ","))
		if i > 0 {
			b.WriteByte(';')
		}
	}
	return b.String()
}
