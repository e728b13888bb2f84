package leak

import (
	"fmt"
	"math"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/callstack"
	"github.com/leaktop/leaktop/profile/onset"
	"github.com/leaktop/leaktop/profile/quantity"
	"github.com/leaktop/leaktop/profile/trend"
)

// maxStack bounds the stack of a suspect, in frames.
const maxStack = 64

// newSuspect returns the suspect for a finding, with all its texts.
func (c *judgment) newSuspect(f *finding) Suspect {
	s := Suspect{
		Kind: f.kind, Unit: "bytes", Stack: []string{}, Confidence: f.confidence, Holds: f.holds * 3600,
		GrowthPerHour: trend.FiniteOrZero(f.perHour()), Low: trend.FiniteOrZero(f.growth.rate.Low * 3600), High: trend.FiniteOrZero(f.growth.rate.High * 3600),
		Share: c.shareOfGrowth(f), SinceSeconds: f.growth.window, Origin: c.origin,
		Evidence: f.listEvidence(&c.in), Disproof: c.in.listDisproof(f),
	}
	s.Points, s.Floor = f.seriesAndFloor()
	s.Onset = onsetOf(f, s.Points, &c.in, c.origin)
	if f.kind == Heap && f.spread == nil {
		age, _ := AgeOf(f.series.group)
		s.AgeSeconds = age.Seconds()
	}
	if f.kind == Goroutine {
		s.Unit, s.Known = "goroutines", c.in.Known[f.heaviestStack()]
	}
	switch f.kind {
	case Files:
		s.Unit = "open files"
	case Children:
		s.Unit = "child processes"
	}
	if !f.hasNoGroup() && f.spread == nil {
		own := *f.series.group // a pointer into the groups would keep the points of all of them in memory
		s.Group = &own
	}
	s.Spread = f.spread
	if st := f.heaviestStack(); st != nil {
		s.Stack = functionNames(st)
	}
	if at := f.blamedFrame(); at.Func != nil {
		b := at.Func
		s.Function, s.File, s.Line, s.At = b.Name, b.File, at.Line, at
		s.WantsCreator = f.wantsCreator()
	}
	s.Cause, s.Fix = "Allocations are retained.", "Find what references them."
	if f.kind == Goroutine {
		s.Cause, s.Fix = "These goroutines start and do not end.", "Give each a way to end: a context, a closed channel, a deadline."
	}
	if f.spread != nil {
		s.Cause = "Many functions each retain a little of what they allocate: something that they share, such as a request, a session or a cache entry, is retained."
		s.Fix = "Find what the functions have in common, and the collection that references it."
	}
	if f.signature != nil {
		s.Object, s.PerObject = f.signature.Object, f.signature.PerObject
		s.Signature, s.Cause, s.Fix, s.Example = f.signature.ID, f.displayName(f.signature.Cause), f.displayName(f.signature.Fix), f.signature.Example
	}
	s.addToCause(c, f)
	if f.creator.Func != nil && f.isShadow() {
		s.Creator = f.creator.Func.Name
	}
	s.Claim = f.newClaim()
	s.Sentence = f.newSentence(s)
	return s
}

// functionNames returns the names of the functions on a stack, leaf first.
func functionNames(st *profile.Stack) []string {
	names := make([]string, min(st.Depth(), maxStack))
	for i := range names {
		names[i] = st.FrameAt(i).Func.Name
	}
	return names
}

// wantsCreator reports whether the creator of these goroutines is unknown. The
// server's end of a connection is always started by the server, so its creator does
// not matter.
func (f *finding) wantsCreator() bool {
	b := f.blamedFunc()
	return f.kind == Goroutine && b != nil && f.closes.Func == nil && (b.Class < profile.ClassUser || f.isShadow() && (f.creator.Func == nil || f.creator.isGuess)) && !f.cause().otherEnd
}

// addToCause adds to the cause and to the fix what is known about this suspect alone.
func (s *Suspect) addToCause(c *judgment, f *finding) {
	if fn := startedByCall(&c.in, f); fn != nil {
		s.Cause = f.displayName(fmt.Sprintf("%s starts goroutines of {library} that stay: what it starts or returns is not read to the end, closed or stopped, its context is never canceled, or nothing ends them.", profile.ShortName(fn.Name)))
		s.Fix = "Read it to the end, close or stop it, or cancel its context, on every return path; or make it once and share it."
	}
	if st, at := holderOf(&c.in, f); st != nil {
		s.Holder, s.HolderFile, s.HolderLine = at.Func.Name, at.Func.File, at.Line
		s.Cause += fmt.Sprintf(" It is probably held by the goroutine that is in %s", describeFrame(at))
		if w := waitsIn(st); w != "" {
			s.Cause += " and waits in " + w
		}
		s.Cause += "."
	}
	if size := blockSize(f); size > 0 {
		s.Cause += fmt.Sprintf(" The retained memory is blocks of about %s: a small part of one, such as a substring, keeps the whole block. If only a part is needed, copy it (strings.Clone, bytes.Clone).", quantity.BytesRough(float64(size)))
	}
	s.Cause += describeMost(c.in.Memory, f) + describeMembers(f) + describeOrigin(&c.in, f) + describeKeeper(f)
	if at, writer := selfWaiter(&c.in, f); at.Func != nil {
		s.Holder, s.HolderFile, s.HolderLine = at.Func.Name, at.Func.File, at.Line
		s.Cause += fmt.Sprintf(" The next writer waits in %s, called by %s, which takes the read lock itself: so it waits for its own read lock, and all others wait behind it.", describeFrame(writer), describeFrame(at))
		s.Fix = "Release the read lock before calling anything that takes the write lock, for example by collecting what to change and changing it after RUnlock: a read lock cannot become a write lock."
	} else if lacksHolder(&c.in, f) {
		s.Cause += fmt.Sprintf(" No goroutine seems to hold it, so one has probably returned without unlocking it: check each return of the methods of %s that lock it.", profile.ShortName(callstack.ReceiverType(f.blamedName())))
	}
	if at, library := libraryKept(&c.in, f); library != "" {
		s.Cause += fmt.Sprintf(" %s also keeps what it gets from %s: if that sends to the channel, it is what has to be closed.", describeFrame(at), library)
	}
	if library := callingLibrary(f); library != "" {
		s.Cause += fmt.Sprintf(" %s calls the function and may keep what it returns, for example in a cache", library)
		if by := mostKept(&c.in, library, c.in.growthStart(f), params.material.heap/16); by.Func != nil {
			s.Cause += ", which " + describeFrame(by.Frame) + " fills"
		}
		s.Cause += "."
	}
	if library := bodyLibrary(f); library != "" {
		s.Fix += fmt.Sprintf(" Here %s makes the call: close what it returned, such as a stream or a response.", library)
	}
	if w := f.waiter; w != nil {
		s.Cause += fmt.Sprintf(" Equally many goroutines of %s wait for what it delivers.", describeFrame(w.blamedFrame()))
	}
}

// textMakers are the stacks of functions that make text or bytes, which may be sliced.
var textMakers = []callstack.Pattern{{"user"}, {"io.ReadAll"}, {"os.ReadFile"}, {"bytes.*"}, {"strings.*"}, {"internal/bytealg.*"}}

// blockSize returns the mean size of what a function keeps, if it is large blocks; 0 if it
// does not keep such blocks, or if its signature is about them anyway.
func blockSize(f *finding) int64 {
	if f.kind != Heap || f.spread != nil || f.object || f.growth.fill.Steps > 0 || !f.cause().mayPin {
		return 0
	}
	last := f.series.at[len(f.series.at)-1]
	if last.Objects < 1 || last.Value/last.Objects < minBlock || !callstack.MatchesAny(f.heaviestStack(), textMakers) {
		return 0
	}
	return last.Value / last.Objects
}

// waitsIn returns the function of a library or of the standard library that the
// service's own code on a stack calls; empty if there is none.
func waitsIn(st *profile.Stack) string {
	name := ""
	for _, fr := range st.Frames() {
		if fr.Func.Class == profile.ClassUser {
			break
		}
		name = fr.Func.Name
	}
	return profile.ShortName(name)
}

// describeFrame names a function of a stack, and its line: "(*store).refresh
// (store.go:77)".
func describeFrame(fr profile.Frame) string {
	if fr.Func.File == "" || fr.Line == 0 {
		return profile.ShortName(fr.Func.Name)
	}
	return fmt.Sprintf("%s (%s:%d)", profile.ShortName(fr.Func.Name), path.Base(fr.Func.File), fr.Line)
}

// displayName inserts the name of the library into a text of a signature.
func (f *finding) displayName(text string) string {
	if !strings.Contains(text, "{library}") {
		return text
	}
	return strings.ReplaceAll(text, "{library}", f.libraryName())
}

// newClaim returns the claim of a finding.
func (f *finding) newClaim() Claim {
	b := f.blamedFunc()
	switch {
	case f.spread != nil:
		return f.spread.claim()
	case f.signature != nil && b != nil && (b.Class == profile.ClassUser || b.Class == profile.ClassDep && !f.isShadow() || f.signature.Alone == ""):
		before, after, _ := strings.Cut(f.displayName(f.signature.Says), "%s")
		return Claim{before, profile.ShortName(b.Name), after}
	case f.signature != nil:
		return Claim{After: f.displayName(f.signature.Alone)}
	case b != nil:
		return Claim{Subject: profile.ShortName(b.Name), After: " has more and more goroutines"}
	}
	return Claim{After: "something without a stack grows"}
}

// seriesAndFloor returns the series of a finding including its parts, and the floor
// by which it was judged.
func (f *finding) seriesAndFloor() (points, floor []trend.Point) {
	if len(f.parts) == 0 {
		return f.series.value, f.growth.floor
	}
	points = slices.Clone(f.series.value)
	for _, p := range f.parts {
		i := 0
		for j := range points {
			for i < len(p.value)-1 && p.value[i+1].T <= points[j].T+params.polls.sameTime {
				i++
			}
			if p.value[i].T <= points[j].T+params.polls.sameTime {
				points[j].V += p.share * p.value[i].V
			}
		}
	}
	return points, trend.Floor(trend.Since(points, f.series.lastTime()-f.growth.window))
}

// addTimeToLimit adds when the memory limit is reached, if that is known.
func (s *Suspect) addTimeToLimit(m Memory) {
	if m.HoursToLimit > 0 {
		s.HoursToLimit = m.HoursToLimit
		s.Sentence += "; limit in " + m.TimeToLimit()
	}
}

// newSentence describes the suspect on one line.
func (f *finding) newSentence(s Suspect) string {
	says := s.Claim.String() + ": " + perHour(s.GrowthPerHour, s.Low, s.High, f.kind)
	if len(f.joinedMethods) > 0 {
		says += ", " + strings.Join(f.joinedMethods, " and ") + " included"
	}
	if steps := f.describeStairs(); steps != "" {
		says += ", " + steps
	}
	if f.withLoad {
		says += ", as the load grows"
	}
	if f.heldBy != nil {
		return says + ", held by the goroutines above"
	}
	if f.kind == Heap {
		says += fmt.Sprintf(", %d%% of the growth", int(math.Round(100*s.Share)))
	}
	if s.Holder != "" {
		says += ", probably held by " + profile.ShortName(s.Holder)
	}
	if f.holds > 0 {
		says += ", holding +" + quantity.BytesRough(f.holds*3600) + "/h"
		if f.isUntouched {
			says += ", mostly never written to"
		}
	}
	return says
}

// listEvidence returns the evidence for a finding that the polls have.
func (f *finding) listEvidence(in *Input) []string {
	var out []string
	out = append(out, fmt.Sprintf("what was never given back rose by %s in %s", f.kind.formatAmount(f.growth.rise), quantity.Seconds(f.growth.window)))
	out = append(out, f.describeCourse())
	if f.kind == Heap {
		out = append(out, fmt.Sprintf("%d%% of what was allocated in that time is still there", int(math.Round(100*min(max(f.growth.kept, 0), 1)))))
	}
	if f.kind == Heap && !f.object {
		out = append(out, fmt.Sprintf("%s more sampled objects, %.1f standard errors", quantity.Count(f.growth.events), f.growth.zScore))
	}
	out = append(out, f.furtherEvidence()...)
	if text := in.describeFiles(f); text != "" {
		out = append(out, text)
	}
	return out
}

// describeCourse says how the growth developed over time.
func (f *finding) describeCourse() string {
	switch {
	case f.object && f.kind == Stacks:
		return fmt.Sprintf("a stack grew in %d steps that lie on a line (R² %.2f)", f.growth.fill.Steps, f.growth.fill.R2)
	case f.object:
		return fmt.Sprintf("one object grew in %d steps that lie on a line (R² %.2f)", f.growth.fill.Steps, f.growth.fill.R2)
	case f.growth.fill.Steps > 0:
		return fmt.Sprintf("it grew in %d steps that lie on a line (R² %.2f), one each time it was full, as a map does", f.growth.fill.Steps, f.growth.fill.R2)
	case len(f.growth.stairs.Steps) > 0 && f.growth.even.Steps == 0:
		return f.describeStairs() + ": a reload, a job or an event that keeps something each time"
	case len(f.growth.saw.Troughs) > 0:
		return fmt.Sprintf("%d%% of %d troughs are higher than the one before", int(100*f.growth.saw.RisingShare()), len(f.growth.saw.Troughs))
	}
	how := "evenly"
	if f.growth.byGoal {
		how = "evenly, by the collector's heap goal, which counts every object"
	}
	return fmt.Sprintf("%s: at most %d%% away from a straight line, %d%% in the last quarter", how, int(100*f.growth.even.KSDistance), int(100*f.growth.even.LastQuarter))
}

// furtherEvidence returns evidence that only some findings have.
func (f *finding) furtherEvidence() (out []string) {
	add := func(holds bool, text string) {
		if holds {
			out = append(out, text)
		}
	}
	if age := f.describeAge(); age != "" {
		out = append(out, age)
	}
	add(f.confidence == Proven, "the runtime has proven that these goroutines are blocked forever")
	add(f.withLoad, "the service allocates faster and faster: connections of active clients would grow in the same way")
	if f.spread != nil {
		out = append(out, f.spread.evidence())
	}
	add(f.isAnon, "it is anonymous memory, so not a mapped file")
	add(f.others == 1, "another stack of the same cause grows as well")
	add(f.others > 1, fmt.Sprintf("%d other stacks of the same cause grow as well", f.others))
	return out
}

// profileDelay returns the age in seconds of the heap that the profile shows, see
// [profile.GroupPoint]; 0 for anything but the heap.
func (in *Input) profileDelay(f *finding) float64 {
	if f.kind != Heap {
		return 0
	}
	return profile.InstantOf(in.Now).Sub(f.series.at[len(f.series.at)-1].EffectiveTime()).Seconds()
}

// listDisproof returns what would refute a finding.
func (in *Input) listDisproof(f *finding) []string {
	stops := fmt.Sprintf("growth that stops: a floor that stays flat for %s withdraws the suspicion", quantity.Seconds(f.growth.window/4))
	if s := in.profileDelay(f); s > params.polls.rareGap {
		stops += fmt.Sprintf("; the profile shows the heap of %s ago, because collections are rare", quantity.Seconds(s))
		if !in.Recorded {
			stops += ": C asks for one"
		}
	}
	out := []string{stops}
	if f.cause().ofClients {
		out = append(out, "more clients: connections in active use grow in the same way")
	}
	switch f.kind {
	case Goroutine:
		out = append(out, "two full goroutine dumps, half a minute apart: if different goroutines wait there, they come and go")
	case Heap:
		out = append(out, "less load: what follows the load falls with it, and a leak stays")
	case OffHeap:
		if !f.isAnon {
			out = append(out, "a file mapped into memory: its pages stop growing at the size of the file, and the kernel reclaims them when it needs memory")
		}
	}
	return out
}

// onsetOf returns when the growth of a finding began, over all processes; nil if unknown.
// points are those of the current process.
func onsetOf(f *finding, points []trend.Point, in *Input, origin time.Time) *onset.Onset {
	if len(points) == 0 || f.kind == OffHeap {
		return nil
	}
	var line profile.Line
	switch {
	case f.spread != nil, f.members != nil:
		line = in.EarlierLive
	case in.Earlier != nil:
		line = in.Earlier(f.series.group)
	}
	now := make([]profile.Value, len(points))
	for i, p := range points {
		now[i] = profile.Value{Time: origin.Add(time.Duration(p.T * float64(time.Second))), V: p.V}
	}
	return onset.Find(append(line[:len(line):len(line)], now), in.Starts)
}
