package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"

	"github.com/leaktop/leaktop/profile/leak"
)

// table watches the cases, several at once, and prints the verdict on each as soon as
// it is known. It returns false if a verdict is wrong.
func (o options) table(ctx context.Context, cases []testCase, w io.Writer) bool {
	all := make([]outcome, len(cases))
	slots := make(chan struct{}, max(o.atOnce, 1))
	var wait sync.WaitGroup
	var print sync.Mutex
	for i, c := range cases {
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			if o.from != "" {
				all[i] = o.kept(ctx, c)
			} else {
				all[i] = o.live(ctx, c)
			}
			print.Lock()
			defer print.Unlock()
			fmt.Fprintln(w, all[i].line())
			for _, more := range all[i].more() {
				fmt.Fprintln(w, "      "+more)
			}
		})
	}
	wait.Wait()
	fmt.Fprintln(w)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "case\tverdict\texpected\tfunction\tsignature\tseconds\tpassing alarms\trate error\tinterval holds")
	for _, c := range all {
		fmt.Fprintln(t, strings.Join(c.row(), "\t"))
	}
	_ = t.Flush()
	return summarize(w, all)
}

// line returns the outcome on one line.
func (o *outcome) line() string {
	if o.err != nil {
		return fmt.Sprintf("%-28s %v", o.name, o.err)
	}
	var alikes []string
	for _, a := range o.report.LookAlikes {
		alikes = append(alikes, a.String())
	}
	said := strings.Join(alikes, " · ")
	if len(o.report.Suspects) > 0 {
		said = o.report.Suspects[0].Sentence
	}
	return fmt.Sprintf("%-28s %-5s %s %s", o.name, mark(o.right()), o.report.Verdict, said)
}

// more returns details that help to understand a wrong verdict.
func (o *outcome) more() []string {
	var out []string
	for i, s := range o.report.Suspects {
		if i > 0 {
			out = append(out, s.Sentence)
		}
	}
	for _, d := range o.report.Diagnostics {
		out = append(out, d.String())
	}
	if len(o.alarms) > 0 && len(o.leaks) == 0 || len(o.alarms) > 1 {
		out = append(out, fmt.Sprintf("alarms at %d polls, starting:", o.polls))
		for i, at := range o.alarms {
			out = append(out, fmt.Sprintf("  at %.0f s: %s", at, o.said[i]))
		}
	}
	return out
}

func (o *outcome) expected() leak.Verdict {
	switch {
	case o.silent:
		return leak.Undecided
	case len(o.leaks) > 0:
		return leak.Leaks
	}
	return leak.Steady
}

// right reports whether the final verdict is right. A look-alike may be undecided.
func (o *outcome) right() bool {
	switch o.expected() {
	case leak.Undecided:
		return o.err == nil && o.report.Verdict != leak.Steady
	case leak.Leaks:
		return o.err == nil && o.report.Verdict == leak.Leaks
	}
	return o.err == nil && o.report.Verdict != leak.Leaks
}

// named reports whether the first suspect is the function to blame, and whether its
// cause is right.
func (o *outcome) named() (function, signature bool) {
	if len(o.report.Suspects) == 0 || len(o.leaks) == 0 {
		return false, false
	}
	s, t := o.report.Suspects[0], o.leaks[0]
	return t.is(s.Function), len(t.signatures) == 0 || slices.Contains(t.signatures, s.Signature)
}

// rateError returns the relative error of the last rate; false if it is unknown.
func (o *outcome) rateError() (float64, bool) {
	if len(o.rates) == 0 {
		return 0, false
	}
	last := o.rates[len(o.rates)-1]
	truth := o.truth(last)
	return last.rate/truth - 1, truth > 0
}

// coverage returns the number of polls whose interval contained the true rate, and of
// those with an interval.
func (o *outcome) coverage() (held, of int) {
	for _, r := range o.rates {
		if truth := o.truth(r); r.low <= truth && truth <= r.high {
			held++
		}
	}
	return held, len(o.rates)
}

func (o *outcome) row() []string {
	if o.err != nil {
		return []string{o.name, "failed", string(o.expected())}
	}
	f, s := o.named()
	seconds, off, hold := "-", "-", "-"
	if o.first > 0 {
		seconds = fmt.Sprintf("%.0f", o.first)
	}
	if e, ok := o.rateError(); ok {
		off = fmt.Sprintf("%+.0f%%", 100*e)
		held, of := o.coverage()
		hold = fmt.Sprintf("%d of %d", held, of)
	}
	function, signature, passing := mark(f), mark(s), fmt.Sprint(len(o.alarms))
	if len(o.leaks) == 0 {
		function, signature = "-", "-"
	} else {
		passing = "-"
	}
	return []string{o.name, string(o.report.Verdict), string(o.expected()), function, signature, seconds, passing, off, hold}
}

func mark(right bool) string {
	if right {
		return "right"
	}
	return "WRONG"
}

func share(n, of int) string {
	if of == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f (%d of %d)", float64(n)/float64(of), n, of)
}

func median(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	slices.Sort(v)
	return v[len(v)/2]
}
