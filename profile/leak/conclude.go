package leak

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/profile/quantity"
)

// Process is one process of a watch during which the target restarted or was
// replaced, with its verdict.
type Process struct {
	Name     string // of the target at that time: "shop/checkout-7d9f6 :6060"; empty if unknown
	Version  string // empty if unknown
	From, To time.Time
	Verdict  Verdict
	// Watched is how long it was watched.
	Watched  time.Duration
	Suspects []Suspect // without their series
	Caveat   profile.Diagnostic
	// IsJudged means that the verdict on the whole watch is the one on this process.
	IsJudged bool

	// Exit is how it ended, as far as known. Peak is the most bytes that the kernel
	// charged to it, or else its largest live heap, and Growth the rate of that.
	Exit   profile.Exit
	Peak   int64
	Growth Rate
	// Grown are the functions whose live heap grew most while it lived, largest first.
	Grown []Grown
}

// maxProcessGrown bounds the functions kept of each process.
const maxProcessGrown = 10

// SetGrown sets what grew, from the groups of the process.
func (p *Process) SetGrown(groups []profile.Group) {
	p.Grown = nil
	for i := range groups {
		if g, ok := grownOf(&groups[i]); ok && g.Kind == Heap {
			p.Grown = append(p.Grown, g)
		}
	}
	slices.SortStableFunc(p.Grown, func(a, b Grown) int { return cmp.Compare(b.By, a.By) })
	p.Grown = p.Grown[:min(len(p.Grown), maxProcessGrown)]
}

// commonGrowth returns the function that grew most in all of the processes, and its
// smallest and largest growth; "" if there is no such function.
func commonGrowth(lives []Process) (function string, low, high int64) {
	for _, g := range lives[0].Grown {
		lo, hi := g.By, g.By
		for _, p := range lives[1:] {
			i := slices.IndexFunc(p.Grown, func(x Grown) bool { return x.Function == g.Function })
			if i < 0 {
				lo = 0
				break
			}
			lo, hi = min(lo, p.Grown[i].By), max(hi, p.Grown[i].By)
		}
		if lo > low {
			function, low, high = g.Function, lo, hi
		}
	}
	return function, low, high
}

// SetGrowth sets the growth and the peak, from the readings of the process and its live
// heap.
func (p *Process) SetGrowth(readings []memory.Reading, live []profile.Value) {
	in := Input{Memory: readings}
	for _, line := range [][]profile.Value{in.charged(), live} {
		for _, v := range line {
			p.Peak = max(p.Peak, int64(v.V))
		}
		if len(line) > 0 && !p.Growth.IsCertain() {
			p.Growth = RateOfLine(line, line[0].Time)
		}
	}
}

// minLives is the number of consecutive processes that must have grown until they ended
// for the restarts to be a pattern.
const minLives = 2

// diagnoseLives looks at the latest processes of one version together: if a target
// restarts too soon for a verdict on any of them, that each grows until it ends still
// shows a leak. If they were killed for memory, it blocks a steady verdict, until the
// current process has been watched for twice as long as they lived.
func diagnoseLives(all []Process, watched time.Duration) (d profile.Diagnostic, ok bool) {
	var lives []Process
	for _, p := range slices.Backward(all) {
		if p.Version != all[len(all)-1].Version || !p.Growth.IsCertain() || p.Growth.PerHour <= 0 {
			break
		}
		lives = append(lives, p)
	}
	if len(lives) < minLives {
		return d, false
	}
	exit, peak, low, high := lives[0].Exit, int64(0), math.Inf(1), 0.0
	var lengths []time.Duration
	for _, p := range lives {
		if p.Exit.Reason != exit.Reason {
			exit = profile.Exit{}
		}
		peak, low, high = max(peak, p.Peak), min(low, p.Growth.PerHour), max(high, p.Growth.PerHour)
		lengths = append(lengths, p.To.Sub(p.From))
	}
	slices.Sort(lengths)
	usual := lengths[len(lengths)/2]
	if watched > 2*usual {
		return d, false
	}
	end, severity := "ended", profile.SeverityWarning
	if exit.IsOutOfMemory() {
		end, severity = "was killed for memory", profile.SeverityBlocking
	} else if exit.Reason != "" {
		end = "ended (" + exit.Reason + ")"
	}
	rate := quantity.BytesRough(low) + "/h"
	if most := quantity.BytesRough(high) + "/h"; most != rate {
		rate += " to " + most
	}
	text := fmt.Sprintf("%s processes in a row lived for about %s, and each grew by %s until it %s, at up to %s",
		quantity.Count(float64(len(lives))), quantity.Seconds(usual.Seconds()), rate, end, quantity.BytesRough(float64(peak)))
	if function, low, high := commonGrowth(lives); function != "" {
		by := quantity.BytesRough(float64(low))
		if most := quantity.BytesRough(float64(high)); most != by {
			by += " to " + most
		}
		text += fmt.Sprintf("; %s grew by %s in each of %s lives", profile.ShortName(function), by, quantity.Count(float64(len(lives))))
	}
	return profile.Diagnostic{Code: profile.CodeLives, Severity: severity, What: text}, true
}

// maxProcessSuspects bounds the suspects kept of each process.
const maxProcessSuspects = 20

// SetReport sets the results of a report on the process.
func (p *Process) SetReport(r Report) {
	p.Verdict, p.Watched, p.Caveat = r.Verdict, r.Watched, r.Caveat
	p.Suspects = slices.Clone(r.Suspects[:min(len(r.Suspects), maxProcessSuspects)])
	for i := range p.Suspects {
		s := &p.Suspects[i]
		s.Group, s.Points, s.Floor = nil, nil, nil // which hold the history
	}
}

// Watch is a whole watch that has ended, the input of one verdict on all of it.
type Watch struct {
	Report Report // the last on the current process
	// Longest is the last report on the earlier process that was watched for longest;
	// its verdict is empty if there was no restart.
	Longest Report
	// Processes are all processes of the target so far, oldest first, the current one
	// last; it may be empty if there was no restart. LongestProcess is the index of that
	// of Longest, or -1.
	Processes      []Process
	LongestProcess int
	Restarts       int
	LastRestart    string // reason; empty if unknown
	IsSeveral      bool   // different processes answered in turn, so these were not restarts

	Took       time.Duration
	IsRecorded bool
	EndedEarly bool   // by the user
	Failure    string // why the end of the watch was not observed; empty if it was

	Load   *LoadTest         // nil without
	Proven *profile.Snapshot // a goroutineleak profile; nil without
	// Diagnostics are further problems of the watch.
	Diagnostics []profile.Diagnostic
}

// LoadTest is a load that was put on the target repeatedly.
type LoadTest struct {
	Rounds *LoadResult // what was retained; nil if the loads were not completed
}

// Conclude returns the report on a whole watch.
func Conclude(w Watch) Report {
	r := w.Report
	r.Diagnostics = slices.Clone(r.Diagnostics)
	if w.Restarts > 0 {
		r = chooseProcess(w)
	}
	if w.Failure != "" {
		r.addDiagnostic(profile.Diagnostic{Code: profile.CodeEndedEarly, Severity: profile.SeverityWarning, What: w.Failure})
		r.withdrawSteady()
	}
	if w.Load != nil {
		r.putUnderLoad(*w.Load)
	}
	for _, d := range w.Diagnostics {
		r.addDiagnostic(d)
	}
	if w.Proven != nil {
		r.AddProven(w.Proven)
	}
	if w.EndedEarly {
		r.addDiagnostic(profile.Diagnostic{Code: profile.CodeInterrupted, Severity: profile.SeverityWarning, What: "ended early, after " + quantity.Seconds(w.Took.Seconds())})
	}
	r.WantsLonger = w.canGoOn() && r.isUnsettled()
	return r
}

// canGoOn reports whether the watch could have been longer.
func (w Watch) canGoOn() bool { return w.Load == nil && !w.IsRecorded && !w.EndedEarly }

// isUnsettled reports whether the verdict is undecided because growth is too young.
func (r Report) isUnsettled() bool {
	return r.Verdict == Undecided && !hasBlocking(r.Diagnostics) && r.Watched >= params.window.min &&
		(len(r.Suspects) > 0 || r.Caveat.Code == profile.CodeGrowing)
}

// addDiagnostic appends to the list, which no other report shares.
func (r *Report) addDiagnostic(d profile.Diagnostic) { r.Diagnostics = append(r.Diagnostics, d) }

// withdrawSteady turns a steady verdict into an undecided one.
func (r *Report) withdrawSteady() {
	if r.Verdict == Steady {
		r.Verdict, r.isOpen = Undecided, true
	}
}

// isNewVersion reports whether the current process is of another version than the one
// that was watched for longest: after a rollout, what the old version did no longer
// matters.
func (w Watch) isNewVersion() bool {
	n := len(w.Processes)
	if n == 0 || w.LongestProcess < 0 || w.LongestProcess >= n-1 {
		return false
	}
	was, now := w.Processes[w.LongestProcess].Version, w.Processes[n-1].Version
	return was != "" && now != "" && was != now
}

// chooseProcess returns the report on the process that was watched for longest, or on
// the current one if that is of a new version and has a verdict.
func chooseProcess(w Watch) Report {
	r, other, judged := w.Report, w.Longest, len(w.Processes)-1
	isNew := w.isNewVersion()
	if other.Watched > r.Watched && !(isNew && r.Verdict != Undecided) {
		r, other, judged = other, r, w.LongestProcess
		r.Diagnostics = slices.DeleteFunc(slices.Clone(r.Diagnostics), func(d profile.Diagnostic) bool {
			return d.Code == profile.CodeGap || d.Code == profile.CodeStale // it has ended, so nothing newer can arrive
		})
	}
	r.Processes = slices.Clone(w.Processes)
	if judged >= 0 && judged < len(r.Processes) {
		r.Processes[judged].IsJudged = true
	}
	if other.Verdict == Leaks && !isNew || w.IsSeveral {
		r.withdrawSteady() // the program is the same
	}
	which := "the process that was watched for longest, "
	if isNew && judged == len(w.Processes)-1 {
		which = "the new version, watched for "
	}
	d := w.diagnoseRestarts()
	d.What += ": the verdict is on " + which + quantity.Seconds(r.Watched.Seconds())
	r.Diagnostics = slices.DeleteFunc(slices.Clone(r.Diagnostics), func(d profile.Diagnostic) bool { return d.Code == profile.CodeSeveral })
	r.addDiagnostic(d)
	if len(r.Processes) > 0 {
		return r // these have the suspects of the other
	}
	for _, s := range other.Suspects {
		r.addDiagnostic(profile.Diagnostic{
			Code: profile.CodeRestart, Severity: profile.SeverityWarning,
			What: "of another process, watched for " + quantity.Seconds(other.Watched.Seconds()) + ": " + s.Sentence,
		})
	}
	return r
}

// diagnoseRestarts says that the target was not one process throughout.
func (w Watch) diagnoseRestarts() profile.Diagnostic {
	d := profile.Diagnostic{Code: profile.CodeRestart, Severity: profile.SeverityWarning}
	times := "once"
	if w.Restarts > 1 {
		times = quantity.Count(float64(w.Restarts)) + " times"
	}
	d.What = "the target restarted " + times + " during the watch"
	if w.LastRestart != "" {
		d.What += " (last: " + w.LastRestart + ")"
	}
	if w.IsSeveral {
		d.Code, d.What = profile.CodeSeveral, "several processes answer in turn, so none can be judged: the process that answers changed "+times
	}
	return d
}

// putUnderLoad bases the verdict on what loads left behind. They cannot show memory
// outside of Go, and the watch cannot predict memory use in production.
func (r *Report) putUnderLoad(t LoadTest) {
	if t.Rounds == nil {
		if r.Verdict != Leaks {
			r.withdrawSteady()
			r.Caveat = profile.Diagnostic{Code: profile.CodeEndedEarly, What: "the loads did not finish, so it is not known what they leave behind"}
		}
		return
	}
	own := r.Suspects
	r.Retained, r.Verdict, r.Caveat = t.Rounds.Retained, t.Rounds.Verdict, t.Rounds.Caveat
	r.Suspects, r.LookAlikes, r.suspectOf = slices.Clone(t.Rounds.Suspects), nil, nil
	r.Ignored = t.Rounds.Ignored
	r.Memory.dropTimeToLimit()
	r.Grew = nil
	for _, s := range own {
		if s.Kind != OffHeap && s.Kind != Stacks {
			continue
		}
		r.Suspects = append(r.Suspects, s)
		if s.Confidence != Low {
			r.Verdict = Leaks
		}
	}
}

// AddProven adds the goroutines of a goroutineleak profile that are not suspects
// yet: the runtime has proven that they are blocked forever, which is a leak even
// while their number is constant. Suspects that the profile confirms become proven.
func (r *Report) AddProven(s *profile.Snapshot) {
	groups := map[*profile.Function]*profile.Group{}
	var order []*profile.Group
	for i := range s.Samples() {
		sm := &s.Samples()[i]
		if len(sm.Values) == 0 || sm.Values[0] <= 0 || sm.Stack.Blame == nil {
			continue
		}
		g := groups[sm.Stack.Blame]
		if g == nil {
			g = &profile.Group{Kind: profile.Goroutine, Blame: sm.Stack.Blame, Points: []profile.GroupPoint{{Time: profile.InstantOf(s.Time)}}}
			groups[sm.Stack.Blame] = g
			order = append(order, g)
		}
		g.Stacks, g.Now = append(g.Stacks, sm.Stack), append(g.Now, sm.Values[0])
		g.Points[0].Value += sm.Values[0]
	}
	c := newJudgment(Input{Now: s.Time, Start: s.Time})
	for _, g := range order {
		known := slices.IndexFunc(r.Suspects, func(s Suspect) bool { return s.Kind == Goroutine && s.Function == g.Blame.Name })
		if known >= 0 {
			r.Suspects[known].Confidence = Proven
			continue
		}
		f := &finding{kind: Goroutine, series: newSeries(g, c.origin), confidence: Proven}
		c.assignSignature(f)
		f.confidence = Proven
		x := c.newSuspect(f)
		n := quantity.Count(float64(g.Points[0].Value))
		x.Sentence = fmt.Sprintf("%s: %s goroutines, blocked forever", f.newClaim().String(), n)
		x.Evidence = []string{fmt.Sprintf("the runtime has proven that %s goroutines are blocked forever", n)}
		x.Disproof = nil
		if x.IsIgnored(r.ignored) {
			r.addIgnored(x)
			continue
		}
		r.Suspects = append(r.Suspects, x)
	}
	if slices.ContainsFunc(r.Suspects, func(s Suspect) bool { return s.Confidence == Proven }) {
		r.Verdict = Leaks
	}
}

// addIgnored adds a proven suspect that the user ignores, unless it is known.
func (r *Report) addIgnored(x Suspect) {
	known := slices.IndexFunc(r.Ignored, func(s Suspect) bool { return s.Kind == x.Kind && s.Function == x.Function })
	if known < 0 {
		r.Ignored = append(r.Ignored, x)
		return
	}
	r.Ignored = slices.Clone(r.Ignored)
	r.Ignored[known].Confidence = Proven
}
