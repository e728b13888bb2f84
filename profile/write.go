package profile

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/google/pprof/profile"
)

// Write writes an extract in pprof's format, gzipped. "go tool pprof -top" shows
// the numbers of the view. With a baseline the file equals the result of pprof's
// -diff_base: it contains the samples of the baseline with negative values, under
// the label pprof::base, so that percentages refer to the baseline's total.
func (x Extract) Write(w io.Writer) error {
	if err := x.Proto().Write(w); err != nil {
		return fmt.Errorf("write %s profile: %w", x.Kind, err)
	}
	return nil
}

// Proto returns the extract as a google/pprof profile.
func (x Extract) Proto() *profile.Profile {
	s := x.latest
	p := &profile.Profile{
		DefaultSampleType: x.Type.Name, Comments: x.Comments, DurationNanos: int64(s.Duration), Period: s.Period,
		PeriodType: &profile.ValueType{Type: s.PeriodType.Name, Unit: s.PeriodType.Unit},
	}
	if !s.Time.IsZero() {
		p.TimeNanos = s.Time.UnixNano()
	}
	for _, t := range s.Types {
		p.SampleType = append(p.SampleType, &profile.ValueType{Type: t.Name, Unit: t.Unit})
	}
	b := protoBuilder{p: p, funcs: map[*Function]*profile.Function{}, locs: map[Frame]*profile.Location{}}
	if file, id, _ := strings.Cut(s.Binary, " "); file != "" {
		b.mapping = &profile.Mapping{
			ID: 1, File: file, BuildID: id, HasFunctions: true, HasFilenames: true, HasLineNumbers: true, HasInlineFrames: true,
		}
		p.Mapping = []*profile.Mapping{b.mapping}
	}
	x.forEachSample(x.latest, func(s *Sample) { b.addSample(s, 1, nil) })
	x.forEachSample(x.base, func(s *Sample) { b.addSample(s, -1, map[string][]string{"pprof::base": {"true"}}) })
	return p
}

// protoBuilder builds pprof's tables of functions and locations.
type protoBuilder struct {
	p       *profile.Profile
	mapping *profile.Mapping
	funcs   map[*Function]*profile.Function
	locs    map[Frame]*profile.Location
}

func (b *protoBuilder) addSample(s *Sample, sign int64, labels map[string][]string) {
	out := &profile.Sample{Value: make([]int64, len(s.Values)), Label: labels}
	for i, v := range s.Values {
		out.Value[i] = sign * v
	}
	for _, f := range s.Stack.Frames() {
		out.Location = append(out.Location, b.internLocation(f))
	}
	b.p.Sample = append(b.p.Sample, out)
}

// internLocation makes one location per frame: addresses are not kept, so inlined
// calls appear as calls.
func (b *protoBuilder) internLocation(f Frame) *profile.Location {
	l, ok := b.locs[f]
	if !ok {
		l = &profile.Location{
			ID: uint64(len(b.p.Location) + 1), Mapping: b.mapping,
			Line: []profile.Line{{Function: b.internFunction(f.Func), Line: int64(f.Line)}},
		}
		b.locs[f] = l
		b.p.Location = append(b.p.Location, l)
	}
	return l
}

func (b *protoBuilder) internFunction(f *Function) *profile.Function {
	out, ok := b.funcs[f]
	if !ok {
		out = &profile.Function{
			ID: uint64(len(b.p.Function) + 1), Name: f.Symbol(), SystemName: f.Symbol(), Filename: f.File, StartLine: int64(f.StartLine),
		}
		b.funcs[f] = out
		b.p.Function = append(b.p.Function, out)
	}
	return out
}

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
	for i := s.Depth() - 1; i >= 0; i-- {
		b.WriteString(strings.ReplaceAll(s.FrameAt(i).Func.Name, ";", ","))
		if i > 0 {
			b.WriteByte(';')
		}
	}
	return b.String()
}
