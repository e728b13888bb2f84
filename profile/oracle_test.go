package profile

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	pprof "github.com/google/pprof/profile"
	"pgregory.net/rapid"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/profile/decode"
	"github.com/leaktop/leaktop/profile/decode/decodetest"
)

// profileFacts is a snapshot converted to strings and numbers, for comparison.
type profileFacts struct {
	Types      []SampleType
	PeriodType SampleType
	Period     int64
	Buckets    int
	Binary     string
	Nanos      int64
	Duration   int64
	Totals     []int64
	Stacks     map[string]stackFacts
}

// stackFacts is what a stack holds.
type stackFacts struct {
	Values        []int64
	Raw, RawAlloc float32
	Largest       int64
}

// decodeFacts returns what our own decoder has read from a profile.
func decodeFacts(s *Snapshot) profileFacts {
	w := profileFacts{
		Types: s.Types, PeriodType: s.PeriodType, Period: s.Period, Buckets: s.Buckets, Binary: s.Binary,
		Duration: int64(s.Duration), Totals: s.Totals, Stacks: map[string]stackFacts{},
	}
	if !s.Time.IsZero() {
		w.Nanos = s.Time.UnixNano()
	}
	for _, sm := range s.Samples() {
		var b strings.Builder
		for _, f := range sm.Stack.Frames() {
			b.WriteString(withoutShapes(f.Func.Symbol()))
			b.WriteByte(':')
			b.WriteString(strconv.Itoa(f.Line))
			b.WriteByte('\n')
		}
		w.Stacks[b.String()] = stackFacts{sm.Values, sm.Raw, sm.RawAlloc, sm.Largest}
	}
	return w
}

// pprofFacts returns what google/pprof reads from a profile.
func pprofFacts(data []byte) (w profileFacts, err error) {
	p, err := pprof.ParseData(data)
	if err == nil {
		err = decode.CheckValid(p)
	}
	if err != nil {
		return w, err
	}
	w = profileFacts{
		PeriodType: SampleType{cleanName(p.PeriodType.Type), cleanName(p.PeriodType.Unit)}, Period: p.Period, Buckets: len(p.Sample),
		Nanos: p.TimeNanos, Duration: p.DurationNanos, Totals: make([]int64, len(p.SampleType)), Stacks: map[string]stackFacts{},
	}
	if !IsPlausible(time.Unix(0, p.TimeNanos)) {
		w.Nanos = 0 // google/pprof accepts any value
	}
	for _, t := range p.SampleType {
		w.Types = append(w.Types, SampleType{cleanName(t.Type), cleanName(t.Unit)})
	}
	if len(p.Mapping) > 0 {
		w.Binary = binaryOf(p.Mapping[0].File, p.Mapping[0].BuildID)
	}
	heap, known := hasHeapTypes(w.Types), map[*pprof.Location][]string{}
	for _, s := range p.Sample {
		var frames []string
		for _, l := range s.Location {
			if known[l] == nil {
				known[l] = framesOf(l)
			}
			frames = append(frames, known[l]...)
		}
		key := strings.Join(frames[:min(len(frames), maxFrames)], "")
		h := w.Stacks[key]
		if h.Values == nil {
			h.Values = make([]int64, len(w.Types))
		}
		for i, v := range s.Value {
			h.Values[i] += v
			w.Totals[i] += v
		}
		if heap {
			sampledOf(&h, s, w.Period)
		}
		w.Stacks[key] = h
	}
	return w, nil
}

func framesOf(l *pprof.Location) (out []string) {
	file := ""
	if l.Mapping != nil {
		file = l.Mapping.File
	}
	for _, line := range l.Line {
		f := line.Function
		name := f.Name
		if isBlank(name) {
			name = f.SystemName
		}
		if isBlank(name) && isBlank(f.Filename) && l.Address != 0 {
			name = unnamedLocation(l.Address, file)
		} else if isBlank(name) {
			name = unnamedFunc(f.Filename, f.StartLine)
		}
		out = append(out, fmt.Sprintf("%s:%d\n", withoutShapes(cleanName(name)), line.Line))
	}
	if len(out) == 0 {
		out = append(out, cleanName(unnamedLocation(l.Address, file))+":0\n")
	}
	return out
}

func sampledOf(h *stackFacts, s *pprof.Sample, period int64) {
	var size int64
	if b := s.NumLabel["bytes"]; len(b) == 1 {
		size = b[0]
	} else if s.Value[0] > 0 {
		size = s.Value[1] / s.Value[0]
	}
	seen := 1.0
	if period > 1 && size > 0 {
		seen = -math.Expm1(-float64(size) / float64(period))
	}
	h.RawAlloc += float32(float64(s.Value[0]) * seen)
	h.Raw += float32(float64(s.Value[2]) * seen)
	if s.Value[2] > 0 && size > h.Largest {
		h.Largest = size
	}
}

// tester is a [testing.T] or a [rapid.T].
type tester interface {
	Helper()
	Errorf(string, ...any)
}

// oracleOf reads with a reader and symbols that may already be filled, and compares the result with google/pprof's.
type oracleOf struct {
	reader reader
	syms   *Symbols
}

func newOracle() *oracleOf { return &oracleOf{syms: newSymbols()} }

func (o *oracleOf) compare(t tester, data []byte) {
	t.Helper()
	plain, err := decode.Unpack(data)
	if err != nil {
		return
	}
	s, err := o.reader.parseCapture(Capture{Kind: Heap, Data: data}, o.syms, decode.NewBudget(), &sync.Mutex{})
	if errors.Is(err, decode.ErrTooLarge) {
		return // the oracle would take too long
	}
	want, refused := pprofFacts(plain)
	switch {
	case (err == nil) != (refused == nil):
		t.Errorf("got error %v, google/pprof's error is %v", err, refused)
	case err == nil:
		got := decodeFacts(s)
		if reflect.DeepEqual(want, got) { // without NaN, and in a fraction of the time
			return
		}
		if diff := cmp.Diff(want, got, sameNaN); diff != "" {
			t.Errorf("results differ (-pprof +leaktop):\n%s", diff)
		}
	}
}

var sameNaN = cmp.Comparer(func(a, b float32) bool { return a == b || a != a && b != b })

func TestDecoderEqualsPprof(t *testing.T) {
	files, err := filepath.Glob("testdata/*.pb.gz")
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	one := newOracle() // one reader, as in a watch
	for _, f := range files {
		if strings.HasPrefix(path.Base(f), "large") && !eventually.IsFull() {
			continue
		}
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(path.Base(f), func(t *testing.T) { one.compare(t, data) })
	}
}

// anyProfile draws a valid profile like those of services and tools.
func anyProfile(t *rapid.T) *pprof.Profile {
	text := rapid.SampledFrom([]string{"", " ", "main.main", "main.f", "main.g", "runtime.mallocgc", "runtime.main", "bytes", "/src/main.go", "/go/src/runtime/a.go", "a\x1bb", "heap"})
	number := rapid.OneOf(rapid.Int64Range(0, 3), rapid.Int64Range(-1000, 1<<40), rapid.Just(int64(math.MinInt64)))
	types := rapid.SampledFrom([][]string{heapTypeNames[:], {"goroutine"}, {"samples", "cpu"}, {"x", "y", "z"}}).Draw(t, "types")
	stride := rapid.SampledFrom([]uint64{1, 1, 7, 1 << 40}).Draw(t, "stride") // of IDs
	p := &pprof.Profile{
		TimeNanos: number.Draw(t, "time"), DurationNanos: number.Draw(t, "duration"), Period: number.Draw(t, "period"),
		PeriodType: &pprof.ValueType{Type: text.Draw(t, "period type"), Unit: text.Draw(t, "unit")}, DefaultSampleType: text.Draw(t, "default"),
		Comments: rapid.SliceOfN(text, 0, 4).Draw(t, "comments"),
	}
	for _, n := range types {
		p.SampleType = append(p.SampleType, &pprof.ValueType{Type: n, Unit: text.Draw(t, "unit")})
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "mappings") {
		p.Mapping = append(p.Mapping, &pprof.Mapping{ID: uint64(i+1) * stride, File: text.Draw(t, "file"), BuildID: text.Draw(t, "build")})
	}
	for i := range rapid.IntRange(1, 8).Draw(t, "functions") {
		p.Function = append(p.Function, &pprof.Function{
			ID: uint64(i+1) * stride, Name: text.Draw(t, "name"), SystemName: text.Draw(t, "system"), Filename: text.Draw(t, "file"), StartLine: number.Draw(t, "start"),
		})
	}
	for i := range rapid.IntRange(1, 8).Draw(t, "locations") {
		l := &pprof.Location{ID: uint64(i+1) * stride, Address: uint64(number.Draw(t, "address"))}
		if len(p.Mapping) > 0 && rapid.Bool().Draw(t, "mapped") {
			l.Mapping = rapid.SampledFrom(p.Mapping).Draw(t, "mapping")
		}
		for range rapid.IntRange(0, 3).Draw(t, "lines") {
			l.Line = append(l.Line, pprof.Line{Function: rapid.SampledFrom(p.Function).Draw(t, "function"), Line: number.Draw(t, "line"), Column: number.Draw(t, "column")})
		}
		p.Location = append(p.Location, l)
	}
	for range rapid.IntRange(0, 12).Draw(t, "samples") {
		s := &pprof.Sample{Location: rapid.SliceOfN(rapid.SampledFrom(p.Location), 0, 6).Draw(t, "stack")}
		for range types {
			s.Value = append(s.Value, number.Draw(t, "value"))
		}
		if rapid.Bool().Draw(t, "labeled") {
			key := text.Draw(t, "key")
			s.NumLabel = map[string][]int64{key: rapid.SliceOfN(number, 1, 2).Draw(t, "numbers")}
			s.Label = map[string][]string{text.Draw(t, "key"): {text.Draw(t, "text")}}
		}
		p.Sample = append(p.Sample, s)
	}
	if rapid.IntRange(0, 4).Draw(t, "drops") == 0 {
		p.DropFrames, p.KeepFrames = rapid.SampledFrom([]string{"main.f", "runtime\\..*", "("}).Draw(t, "drop"), rapid.SampledFrom([]string{"", "runtime.main"}).Draw(t, "keep")
	}
	return p
}

// TestDecoderEqualsPprofOnAnyProfile compares the decoders on any profile, on one that continues from it, and on
// damaged copies.
func TestDecoderEqualsPprofOnAnyProfile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		one := newOracle()
		for range 2 {
			p := anyProfile(t)
			for range 3 {
				var b bytes.Buffer
				if err := p.WriteUncompressed(&b); err != nil {
					t.Fatal(err)
				}
				data := bytes.Clone(b.Bytes())
				one.compare(t, data)
				if at := rapid.IntRange(0, len(data)-1).Draw(t, "damaged at"); rapid.IntRange(0, 3).Draw(t, "is damaged") == 0 {
					data = bytes.Clone(data)
					data[at] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
					one.compare(t, data)
				}
				if rapid.IntRange(0, 3).Draw(t, "drops symbols") == 0 {
					one.syms.generation++
				}
				nextProfile(t, p)
			}
		}
	})
}

// nextProfile changes a profile as a running service would: values change, and samples appear and disappear.
func nextProfile(t *rapid.T, p *pprof.Profile) {
	p.TimeNanos++
	for _, s := range p.Sample {
		if rapid.Bool().Draw(t, "changes") {
			s.Value[rapid.IntRange(0, len(s.Value)-1).Draw(t, "value")] += 1000
		}
		if rapid.IntRange(0, 4).Draw(t, "moves") == 0 {
			s.Location = rapid.SliceOfN(rapid.SampledFrom(p.Location), 0, 6).Draw(t, "stack")
		}
	}
	if n := len(p.Sample); n > 0 {
		switch i := rapid.IntRange(0, n-1).Draw(t, "sample"); rapid.IntRange(0, 3).Draw(t, "what") {
		case 0:
			p.Sample = slices.Delete(p.Sample, i, i+1)
		case 1:
			p.Sample = slices.Insert(p.Sample, i, p.Sample[rapid.IntRange(0, n-1).Draw(t, "other")])
		}
	}
}

// FuzzDecoder compares the decoder with google/pprof on any bytes.
func FuzzDecoder(f *testing.F) {
	one := decodetest.Number(decode.FieldValue, 1)
	labeled := decodetest.Message(decode.FieldLabel, decodetest.Number(decode.FieldLabelKey, 3), decodetest.Number(decode.FieldLabelNum, 8), decodetest.Number(decode.FieldLabelUnit, 1))
	f.Add(decodetest.Small(decodetest.Message(decode.FieldSample, one, decodetest.Number(decode.FieldRef, 1), labeled), decodetest.Message(decode.FieldSample, decodetest.Message(decode.FieldRef, []byte{1, 1, 1}), decodetest.Message(decode.FieldValue, []byte{7}))))
	f.Add(decodetest.Small(decodetest.Message(decode.FieldStringTable, []byte("main.*")), decodetest.Number(decode.FieldDropFrames, 4), decodetest.Message(decode.FieldSample, one, decodetest.Message(decode.FieldRef, []byte{1, 1}))))
	f.Add(decodetest.Small(decodetest.Message(decode.FieldMapping, decodetest.Number(decode.FieldID, 9), decodetest.Number(decode.FieldFile, 3)), decodetest.Message(decode.FieldLocation, decodetest.Number(decode.FieldID, 7), decodetest.Number(decode.FieldMappingID, 9), decodetest.Number(decode.FieldAddress, 5)),
		decodetest.Number(decode.FieldTimeNanos, 5), decodetest.Number(decode.FieldDuration, 5), decodetest.Message(decode.FieldPeriodType, decodetest.Number(1, 1), decodetest.Number(2, 2)), decodetest.Number(decode.FieldPeriod, 3), decodetest.Message(decode.FieldComment, []byte{1, 2}), decodetest.Number(decode.FieldDefaultType, 1),
		decodetest.Message(decode.FieldSample, one, decodetest.Number(decode.FieldRef, 7), decodetest.Number(decode.FieldRef, 1))))
	f.Add([]byte("heap profile: 1: 2 [3: 4] @ heap/524288\n1: 2 [3: 4] @ 0x1 0x2\n"))
	f.Add([]byte("goroutine profile: total 2\n2 @ 0x1 0x2\n#\t0x1\tmain.f+0x1\t/a.go:1\n"))
	f.Add([]byte("--- contention:\ncycles/second=1000\n5 2 @ 0x1 0x2\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		o := newOracle()
		o.compare(t, data)
		o.compare(t, data) // again, after all symbols are known
	})
}
