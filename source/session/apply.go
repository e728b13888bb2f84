package session

import (
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/leak/ignore"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/memlimit"
)

// ingester turns messages into a State. Live view, replay and check all use it, so
// that the same data gives the same result everywhere. It is not safe for
// concurrent use.
type ingester struct {
	builder     *profile.HistoryBuilder
	state       State                 // all fields but those that newState and the session add
	noted       []profile.Diagnostic  // problems of the data
	answers     userAnswers           // to requests of the user
	damaged     map[profile.Kind]bool // polled kinds of which some profiles could not be read
	captureRefs []captureRefs

	track    leak.Track // the suspects so far
	moments  leak.Moments
	recorded bool                       // the source is a recording: nothing more will arrive
	lastOf   map[profile.Kind]time.Time // of a replay: when the last profile of each kind was recorded
	ignored  ignore.List

	past *atomic.Pointer[Past] // shared by all moments of a replay if a metrics store is queried

	gauge   *memlimit.Gauge
	stopped map[profile.Kind]bool // kinds stopped for lack of memory
	stopper source.Stopper        // is notified of them; may be nil

	// judgeEvery is the minimum recorded time between two judgments; 0 judges
	// whenever there is something new. A recording that is read at full speed is
	// judged only at intervals.
	judgeEvery time.Duration
	judged     time.Time // time of the last judgment

	// defersJudging judges the polls of a round together, when the state is published.
	defersJudging bool
	isPending     bool // a judgment is due
}

// newIngester returns an ingester that starts with the contents of b. stopper may
// be nil.
func newIngester(b *profile.HistoryBuilder, stopper source.Stopper) *ingester {
	return &ingester{builder: b, past: &atomic.Pointer[Past]{}, gauge: memlimit.NewGauge(), stopped: map[profile.Kind]bool{}, stopper: stopper}
}

// batchInterval is the judgeEvery of a recording read at full speed: the last
// report on a process that was restarted is at most that old.
const batchInterval = 30 * time.Second

// atEndOnly as ingester.judgeEvery judges only when judgeNow is called.
const atEndOnly = time.Duration(1<<63 - 1)

// decoded is a message with its decoded profile, if it has one.
type decoded struct {
	message  source.Message
	snapshot *profile.Snapshot
	err      error // why decoding failed
	// load reads the original profile again; nil if it is in the message.
	load func() (profile.Capture, error)
}

// decodeMessage prepares a message for applyMessage. It is safe for concurrent use.
func decodeMessage(b *profile.HistoryBuilder, m source.Message) decoded {
	d := decoded{message: m}
	if c, ok := m.(source.Capture); ok {
		d.snapshot, d.err = b.ParseCapture(c.Capture)
	}
	return d
}

// applyMessage applies one message.
func (in *ingester) applyMessage(d decoded) {
	s := &in.state
	switch m := d.message.(type) {
	case source.Capture:
		if !in.stopped[m.Kind] {
			in.addCapture(m.Capture, d)
		}
	case source.Reading:
		s.advanceTo(m.Time)
		in.noteRestart(in.builder.AddReading(m.Reading))
		in.judgeIfDue()
	case source.Event:
		s.advanceTo(m.Time)
		if m.Kind == profile.EventRestart {
			in.judgeEnding()
		}
		in.builder.AddEvent(m.Event)
		in.noteRestart(m.Kind == profile.EventRestart)
		in.noteExit(m.Event)
	case source.Facts:
		in.noteRestart(in.builder.AddFacts(s.Now, m.Facts))
	case source.Status:
		s.advanceTo(m.Time)
		changed := endpointsChanged(s.Status, m)
		s.Status = m
		for _, x := range m.Diagnostics {
			in.addDiagnostic(x)
		}
		in.addCount(m)
		if changed {
			in.judgeIfDue() // a kind that is not served must not count as steady
		}
	case source.Diagnostic:
		in.addDiagnostic(m.Diagnostic)
	case source.Resolved:
		in.withdrawDiagnostics(m.Code)
	case source.Past:
		in.setPast(m.Data)
	default:
		panic(fmt.Sprintf("session: a message of unknown type %T", m))
	}
}

// endpointsChanged reports whether the set of endpoints that fail or are given up
// differs.
func endpointsChanged(a, b source.Status) bool {
	return !slices.EqualFunc(a.Endpoints, b.Endpoints, func(x, y source.Endpoint) bool {
		return x.Kind == y.Kind && x.Disabled == y.Disabled && (x.Err == nil) == (y.Err == nil)
	})
}

// addCount adds the index page's total if no goroutine profile is polled. While the page
// does not answer, the status repeats its last total.
func (in *ingester) addCount(st source.Status) {
	isFailing := func(e source.Endpoint) bool { return e.Kind == source.Index && e.Err != nil }
	if st.Goroutines == 0 || st.Time.IsZero() || slices.ContainsFunc(st.Endpoints, isFailing) {
		return
	}
	if n, _, _ := in.builder.History().Freshness(profile.Goroutine); n == 0 {
		in.builder.AddCount(profile.Count{Time: st.Time, N: int64(st.Goroutines)})
		in.state.Goroutines = in.builder.History().Total(profile.Goroutine, "")
		in.state.Revision++ // the count may be all that arrives
		in.judgeIfDue()
	}
}

// addCapture adds a polled profile and judges it if it is new.
func (in *ingester) addCapture(c profile.Capture, d decoded) {
	if d.err != nil {
		in.addUnreadable(c.Kind, d.err)
		return
	}
	if d.snapshot.IsDifference() {
		in.addDiagnostic(profile.Diagnostic{
			Code: profile.CodeAcross, Severity: profile.SeverityBlocking, Kind: c.Kind,
			What: fmt.Sprintf("the %s profile is the difference of two (go tool pprof -base): it shows what changed between them, not what is held", c.Kind),
			Next: "give both profiles instead, the older first",
		})
	}
	added := in.builder.AddSnapshot(d.snapshot)
	if added.Late {
		in.addDiagnostic(profile.Diagnostic{Code: profile.CodeOutOfOrder, Severity: profile.SeverityWarning, Kind: c.Kind, What: "profiles that came out of order were left out"})
		return
	}
	if added.OtherProcess {
		in.addDiagnostic(profile.Diagnostic{
			Code: profile.CodeAcross, Severity: profile.SeverityWarning, Kind: c.Kind,
			What: fmt.Sprintf("the second %s profile is from another process than the first: they are compared as before and after, but the difference did not grow within one process", c.Kind),
		})
	}
	at := c.Time
	if at.IsZero() {
		at = added.Snapshot.Time
	}
	in.state.advanceTo(at)
	in.noteRestart(added.Restart)
	in.keepCapture(c, d.load)
	in.state.Revision++
	in.state.Polls++
	in.shedMemory()
	in.judgeIfDue()
}

// noteRestart keeps the last report on a process that has ended.
func (in *ingester) noteRestart(yes bool) {
	if !yes {
		return
	}
	in.judgeNext()
	if s := &in.state; s.Report.Verdict != "" {
		in.addProcess()
		if s.Report.Watched >= s.Longest.Watched {
			s.Longest, s.LongestProcess = s.Report, len(s.Processes)-1
		}
		// A process too short-lived to be judged does not replace what was found.
		if len(s.Report.Suspects) > 0 || len(s.Before.Suspects) == 0 {
			s.Before, s.BeforeName = s.Report, s.Facts.Name
		}
	}
	in.answers, in.captureRefs, in.damaged = userAnswers{}, nil, nil
	in.state.Revision++
	in.judgeIfDue()
}

// noteExit records how the latest process ended, which may become known only after its
// successor has answered. A switch by the user is not an end.
func (in *ingester) noteExit(e profile.Event) {
	s := &in.state
	n := len(s.Processes)
	if e.Kind != profile.EventRestart || e.Switched || e.Rescaled || n == 0 || s.Processes[n-1].Exit != (profile.Exit{}) {
		return
	}
	s.Processes = slices.Clone(s.Processes)
	s.Processes[n-1].Exit = e.Exit
}

// maxProcesses bounds the processes that are kept. Of a target that restarts
// repeatedly, they are the first and the latest.
const maxProcesses = 20

// addProcess records what is known about the process that has ended.
func (in *ingester) addProcess() {
	s := &in.state
	if s.Report.Watched == 0 && len(s.Processes) > 0 {
		return // the same restart, reported twice
	}
	p := leak.Process{Name: s.Facts.Name, Version: s.Facts.Version, From: s.Start, To: s.Now}
	p.SetReport(s.Report)
	p.SetGrowth(s.Memory, lastSegment(s.Heap))
	p.SetGrown(s.Groups)
	s.Processes = append(s.Processes[:len(s.Processes):len(s.Processes)], p)
	if drop := maxProcesses / 2; len(s.Processes) > maxProcesses {
		if s.LongestProcess == drop {
			drop++ // keep the process that was watched for longest
		}
		s.Processes = slices.Delete(slices.Clone(s.Processes), drop, drop+1)
		if s.LongestProcess > drop {
			s.LongestProcess--
		}
	}
}

// judgeNext makes the next judgment due, unless only the end is judged.
func (in *ingester) judgeNext() {
	if in.judgeEvery <= batchInterval {
		in.judged = time.Time{}
	}
}

// judgeEnding judges a process a last time before its end becomes known, unless
// each poll is judged.
func (in *ingester) judgeEnding() {
	in.judgePending()
	if in.judgeEvery > 0 {
		in.judgeNext()
		in.judgeIfDue()
	}
}

// judgeIfDue judges if a judgment is due.
func (in *ingester) judgeIfDue() {
	if in.judgeEvery == atEndOnly || in.state.Now.Sub(in.judged) < in.judgeEvery {
		return
	}
	if in.isPending = in.defersJudging; !in.isPending {
		in.judgeNow()
	}
}

// judgePending judges what has been deferred.
func (in *ingester) judgePending() {
	if in.isPending {
		in.judgeNow()
	}
}

// judgeNow judges and updates the lines of the charts.
func (in *ingester) judgeNow() {
	s, h := &in.state, in.builder.History()
	in.judged, in.isPending = s.Now, false
	s.Start, s.Restarts, _ = h.Epoch()
	s.Several = h.AlternatesProcesses()
	if s.First.IsZero() {
		s.First = s.Start
	}
	s.Facts = h.Facts()
	_, s.Repeats, s.Stale = h.Freshness(profile.Heap)
	s.Heap = h.Total(profile.Heap, "inuse_space")
	s.Goroutines = h.Total(profile.Goroutine, "goroutine")
	s.Memory = h.Readings()
	s.RSS = h.Memory(memory.Reading.Charged)
	s.Sys = h.Memory(func(r memory.Reading) uint64 { return r.Sys - min(r.Sys, r.HeapReleased) })
	heap, gor := h.Groups(profile.Heap), h.Groups(profile.Goroutine)
	s.Groups = append(heap[:len(heap):len(heap)], gor...)
	in.answers.matchStacks(h, in.builder)
	s.Known = in.answers.known
	s.Report = leak.Judge(in.judgeInput(h, heap, gor))
	var changes []leak.Change
	in.track, changes = in.track.Follow(s.Start, s.Now, &s.Report)
	for _, c := range changes {
		in.builder.AddEvent(profile.Event{Time: c.Time, Kind: profile.EventVerdict, Text: c.String(), Suspect: subjectOf(c)})
	}
}

// subjectOf returns what a change is about, for an event.
func subjectOf(c leak.Change) profile.EventSuspect {
	s := c.Suspect
	out := profile.EventSuspect{Kind: string(s.Kind), Label: s.Label()}
	if c.Withdrawal == nil {
		out.Claim, out.PerHour, out.Unit = s.Claim.String(), s.GrowthPerHour, s.Unit
	}
	return out
}

// newState returns the current state, complete and immutable.
func (in *ingester) newState() State {
	st := in.state
	st.History = in.builder.History()
	st.Events, st.Facts = st.History.Events(), st.History.Facts()
	st.Past = in.past.Load()
	st.Diagnostics = in.listDiagnostics()
	if st.Status.IsSilent() {
		st.Report.Leader = st.Report.Leader.WithoutCountdown()
	}
	return st
}
