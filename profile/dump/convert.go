package dump

import (
	"bytes"
	"fmt"
	"time"

	pprof "github.com/google/pprof/profile"

	"github.com/leaktop/leaktop/profile"
)

// IsDump reports whether data looks like a full goroutine dump: goroutine?debug=2, or
// the traces that the runtime prints on SIGQUIT or a fatal error, whatever comes
// before them.
func IsDump(data []byte) bool {
	head := data[:min(len(data), maxIntro)]
	for len(head) > 0 {
		line, rest, _ := bytes.Cut(head, []byte{'\n'})
		head = rest
		if bytes.HasPrefix(line, []byte("goroutine ")) && (&parser{interned: map[string]string{}}).parseHeader(line) {
			return true
		}
	}
	return false
}

// maxIntro is how much text may come before the first goroutine of a dump.
const maxIntro = 64 << 10

// Profile returns the dump as a goroutine profile, gzipped, taken at the given time. As in
// a profile, stacks begin with the frames of the runtime that show what they wait for.
func (d Dump) Profile(at time.Time) ([]byte, error) {
	p := &pprof.Profile{
		SampleType: []*pprof.ValueType{{Type: "goroutine", Unit: "count"}},
		PeriodType: &pprof.ValueType{Type: "goroutine", Unit: "count"}, Period: 1,
		TimeNanos: at.UnixNano(),
	}
	functions, locations := map[[2]string]*pprof.Function{}, map[profile.Place]*pprof.Location{}
	for _, g := range d.Groups {
		s := &pprof.Sample{Value: []int64{int64(len(g.Goroutines))}}
		state, _ := g.CommonState()
		for _, at := range append(parkedFrames(state), g.Stack...) {
			l := locations[at]
			if l == nil {
				key := [2]string{at.Func, at.File}
				f := functions[key]
				if f == nil {
					f = &pprof.Function{ID: uint64(len(p.Function) + 1), Name: at.Func, SystemName: at.Func, Filename: at.File}
					functions[key] = f
					p.Function = append(p.Function, f)
				}
				l = &pprof.Location{ID: uint64(len(p.Location) + 1), Line: []pprof.Line{{Function: f, Line: int64(at.Line)}}}
				locations[at] = l
				p.Location = append(p.Location, l)
			}
			s.Location = append(s.Location, l)
		}
		p.Sample = append(p.Sample, s)
	}
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		return nil, fmt.Errorf("write the dump as a profile: %w", err)
	}
	return b.Bytes(), nil
}
