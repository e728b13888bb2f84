package join

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/pprof/profile"

	"github.com/leaktop/leaktop/profile/simulated"
)

var builderStart = time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC)

// partsOf returns the parts of a profile that a store keeps, by sample type, and the
// number of objects allocated.
func partsOf(t *testing.T, data []byte) (map[string][]byte, float64) {
	t.Helper()
	all, _, err := simulated.Split(data)
	if err != nil {
		t.Fatal(err)
	}
	out, made := map[string][]byte{}, 0.0
	for _, p := range all {
		out[p.Sample] = p.Data
		if p.Sample == heapTypes[allocObjects] {
			made = float64(p.Total)
		}
	}
	return out, made
}

// valuesOf returns the values of a profile by the function at the leaf and its caller.
func valuesOf(t *testing.T, data []byte) map[string][]int64 {
	t.Helper()
	p, err := profile.Parse(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.CheckValid(); err != nil {
		t.Fatal(err)
	}
	out := map[string][]int64{}
	for _, s := range p.Sample {
		key := ""
		for _, l := range s.Location {
			key += l.Line[0].Function.Name + "\n"
		}
		out[key] = s.Value
	}
	return out
}

func TestHeapSaysWhatItsPartsSay(t *testing.T) {
	s := &simulated.Service{Start: builderStart, Stacks: 90, Leak: 1 << 20, LeakFrom: builderStart}
	at := builderStart.Add(5 * time.Hour)
	parts, _ := partsOf(t, s.Heap(at))
	j, err := Heap(parts, at)
	if err != nil || !j.IsRateAssumed {
		t.Fatalf("got %v, rate assumed %v", err, j.IsRateAssumed)
	}
	want, got := valuesOf(t, s.Heap(at)), valuesOf(t, j.Data)
	for key, v := range want {
		if !slices.Equal(got[key], v) {
			t.Errorf("%q: got %v, want %v", key, got[key], v)
		}
	}
	p, err := profile.Parse(bytes.NewReader(j.Data))
	if err != nil {
		t.Fatal(err)
	}
	if p.TimeNanos != at.UnixNano() || p.Period != AssumedRate || p.PeriodType.Type != "space" || p.DefaultSampleType != "inuse_space" ||
		p.Mapping[0].File != "/app/shop" || p.Mapping[0].BuildID != "1c0ffee" || len(p.Location) == 0 || p.Location[0].Mapping != p.Mapping[0] {
		t.Errorf("got time %d, period %d %v, default %s, mapping %v", p.TimeNanos, p.Period, p.PeriodType, p.DefaultSampleType, p.Mapping)
	}
	delete(parts, "inuse_space")
	if _, err := Heap(parts, at); err == nil {
		t.Error("a heap without one of its parts was joined")
	}
}

// Live bytes equal those in the store. Estimates are close to the real values, and
// counters never fall within a process, which would look like a restart.
func TestBuilderEstimatesWhatWasNotRead(t *testing.T) {
	restart := builderStart.Add(20 * time.Hour)
	s := &simulated.Service{
		Start: builderStart, Starts: []time.Time{restart}, Stacks: 90, Leak: 40 << 20, LeakFrom: builderStart.Add(6 * time.Hour), Seed: 3,
	}
	b := NewBuilder()
	isWhole := func(hour int) bool { return hour == 1 || hour == 10 || hour == 19 || hour == 40 }
	for _, hour := range []int{40, 19, 1, 10, 30, 35, 5, 15, 18, 22, 3, 7, 21} {
		at := builderStart.Add(time.Duration(hour) * time.Hour)
		parts, made := partsOf(t, s.Heap(at))
		m := Moment{Time: at, Progress: made}
		if !at.Before(restart) {
			m.Process = 1
		}
		var err error
		if isWhole(hour) {
			err = b.AddWhole(m, parts)
		} else {
			err = b.AddLive(m, parts["inuse_space"])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var last Built
	var before map[string][]int64
	for x := range b.Profiles() {
		if x.Err != nil {
			t.Fatal(x.Err)
		}
		if last.Process > x.Process || !x.Time.After(last.Time) || x.IsEstimated == isWhole(int(x.Time.Sub(builderStart).Hours())) {
			t.Fatalf("%v after %v, estimated %v", x.Moment, last.Moment, x.IsEstimated)
		}
		got, want := valuesOf(t, x.Data), valuesOf(t, s.Heap(x.Time))
		for key, w := range want {
			v := got[key]
			if v[liveBytes] != w[liveBytes] {
				t.Errorf("%v %q: got %d live bytes, want %d", x.Time, key, v[liveBytes], w[liveBytes])
			}
			for _, c := range []int{allocObjects, allocBytes, liveObjects} {
				if off := math.Abs(float64(v[c] - w[c])); off > 2+0.25*float64(w[c]) {
					t.Errorf("%v %q: got %s %d, want %d", x.Time, key, heapTypes[c], v[c], w[c])
				}
			}
			if x.Process == last.Process && before != nil && (v[allocObjects] < before[key][allocObjects] || v[allocBytes] < before[key][allocBytes]) {
				t.Errorf("%v %q: counters fell from %v to %v", x.Time, key, before[key], v)
			}
		}
		last, before = x, got
	}
	if last.Process != 1 {
		t.Errorf("the last profile is %v", last.Moment)
	}
}

func TestBuilderNeedsOneWholeProfile(t *testing.T) {
	s := &simulated.Service{Start: builderStart, Stacks: 5}
	b := NewBuilder()
	for process := range 2 {
		at := builderStart.Add(time.Duration(process+1) * time.Hour)
		parts, made := partsOf(t, s.Heap(at))
		if err := b.AddLive(Moment{Time: at, Process: process, Progress: made}, parts["inuse_space"]); err != nil {
			t.Fatal(err)
		}
		if process == 1 {
			if err := b.AddWhole(Moment{Time: at.Add(time.Hour), Process: process, Progress: 2 * made}, parts); err != nil {
				t.Fatal(err)
			}
		}
	}
	var errs []error
	for x := range b.Profiles() {
		errs = append(errs, x.Err)
	}
	if len(errs) != 3 || !errors.Is(errs[0], ErrNoWhole) || errs[1] != nil || errs[2] != nil {
		t.Errorf("got %v", errs)
	}
}
