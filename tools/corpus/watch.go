package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/source/target"
)

// outcome is the result of a case.
type outcome struct {
	testCase
	err    error
	report leak.Report // the last report
	first  float64     // seconds to the first alarm; 0 if there was none
	polls  int         // number of polls with an alarm
	alarms []float64   // start of each alarm, in seconds
	said   []string    // text of each alarm
	rates  []sighting  // rates of the first leak, one per poll that names it
	paces  []pace
}

// sighting is the rate reported at one poll.
type sighting struct {
	rate, low, high float64
	from, to        time.Time // time over which the rate was measured
}

// live watches a case like a user would.
func (o options) live(ctx context.Context, c testCase) outcome {
	out := outcome{testCase: c}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ch, err := c.start(ctx)
	if err != nil {
		out.err = err
		return out
	}
	defer ch.stop()
	parsed, err := target.Parse(ch.url)
	if err != nil {
		out.err = err
		return out
	}
	src, err := source.Open(ctx, parsed, source.Options{Interval: o.interval, Cost: o.cost})
	if err != nil {
		out.err = err
		return out
	}
	defer src.Close()
	if o.keep != "" {
		if src, err = keepIn(filepath.Join(o.keep, c.name), src); err != nil {
			out.err = err
			return out
		}
	}
	timed, end := context.WithTimeout(ctx, time.Duration(o.seconds)*time.Second)
	defer end()
	paces := make(chan []pace, 1)
	go func() { paces <- o.pacesOf(timed, c.name, ch.url) }()
	out.follow(timed, src, func() {})
	end()
	out.paces = <-paces
	return out
}

// kept judges the kept polls of a case.
func (o options) kept(ctx context.Context, c testCase) outcome {
	out := outcome{testCase: c}
	src := &folder{path: filepath.Join(o.from, c.name), took: make(chan struct{})}
	out.follow(ctx, src, func() { src.took <- struct{}{} })
	out.paces = src.paces
	return out
}

// follow watches a source and records its verdicts.
func (o *outcome) follow(ctx context.Context, src source.Source, took func()) {
	w := session.New(src)
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	last := time.Time{}
	for st := range w.Updates() {
		if !st.Ended {
			took()
		}
		if len(st.Heap) == 0 && len(st.Goroutines) == 0 || !st.Now.After(last) {
			continue
		}
		last = st.Now
		o.note(st.Report, st.Now, st.Now.Sub(st.Start).Seconds())
	}
	if err := <-done; err != nil {
		o.err = fmt.Errorf("watch %s: %w", o.name, err)
	}
}

func (o *outcome) note(r leak.Report, now time.Time, seconds float64) {
	was := o.report.Verdict == leak.Leaks
	o.report = r
	if r.Verdict != leak.Leaks {
		return
	}
	o.polls++
	if !was {
		o.alarms = append(o.alarms, seconds)
		o.said = append(o.said, r.Suspects[0].Sentence)
	}
	if o.first == 0 {
		o.first = seconds
	}
	for _, s := range r.Suspects {
		if len(o.leaks) > 0 && o.leaks[0].is(s.Function) {
			since := time.Duration(s.SinceSeconds * float64(time.Second))
			o.rates = append(o.rates, sighting{s.GrowthPerHour / 3600, s.Low / 3600, s.High / 3600, now.Add(-since), now})
			break
		}
	}
}
