package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/poll"

	"github.com/leaktop/leaktop/source/problem"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/longterm"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/source/recording"
	"github.com/leaktop/leaktop/source/target"
)

// Recorded is a source that reads a recording, profile files, or what a store has kept.
type Recorded struct {
	name  string
	paths []string // of files
	rec   *recording.Recording
	opts  Options
	feed  *storeFeed // nil for files

	mu    sync.Mutex // guards the fields below and the items of rec, which a feed adds to
	steps []Step
	now   time.Time // the moment shown; Fetch ignores later items
}

// Step is one item of a recording that is replayed.
type Step struct {
	Time time.Time
	// Kind is the kind of a polled profile, empty for other items.
	Kind profile.Kind
	// Event is the event, if the item is one; otherwise its Kind is empty.
	Event profile.Event
	item  *recording.Item
}

func newRecorded(t target.Target, o Options, rec *recording.Recording) (*Recorded, error) {
	r := &Recorded{name: t.Name, paths: t.Paths, rec: rec, opts: o}
	for i := range rec.Items {
		if _, isPast := rec.Items[i].Message.(longterm.Data); isPast && o.Metrics != nil {
			continue // the store that the user names now has it newer
		}
		if s, ok := newStep(&rec.Items[i]); ok {
			r.steps = append(r.steps, s)
		}
	}
	if !slices.ContainsFunc(r.steps, func(s Step) bool { return s.Kind != "" }) {
		return nil, r.errNotPolled()
	}
	r.now = r.steps[len(r.steps)-1].Time
	return r, nil
}

// newStep returns the step of an item; ok is false for a profile that was not polled.
func newStep(it *recording.Item) (s Step, ok bool) {
	s = Step{Time: it.Time, item: it}
	switch m := it.Message.(type) {
	case nil:
		s.Kind = it.Capture.Kind
		return s, isPolled(it.Capture)
	case profile.Event:
		s.Event = cleanEvent(m)
	}
	return s, true
}

// maxOutcomeCreators bounds the creators in a recorded event of a trace.
const maxOutcomeCreators = 100

// cleanEvent cleans and bounds all foreign text of an event.
func cleanEvent(e profile.Event) profile.Event {
	e.Text, e.Exit.Reason = plain.Clip(e.Text, 300), plain.Clip(e.Exit.Reason, 60)
	e.Endpoint = profile.Kind(plain.Clip(string(e.Endpoint), 60))
	e.Suspect.Kind, e.Suspect.Label = plain.Clip(e.Suspect.Kind, 60), plain.Clip(e.Suspect.Label, 300)
	if e.Outcome != nil {
		o := *e.Outcome
		o.Request = profile.Request(plain.Clip(string(o.Request), 60))
		o.Creators = slices.Clone(o.Creators[:min(len(o.Creators), maxOutcomeCreators)])
		for i, c := range o.Creators {
			o.Creators[i].Function, o.Creators[i].Starts = plain.Clip(c.Function, 300), plain.Clip(c.Starts, 300)
		}
		e.Outcome = &o
	}
	return e
}

// errNotPolled returns the error for files that contain profiles, but none that a
// leak is seen in.
func (r *Recorded) errNotPolled() error {
	e := &problem.Problem{
		Cause: problem.CauseContent, Subject: "open " + r.name, Why: "it contains no heap or goroutine profile",
		Next: "open other profiles with go tool pprof",
	}
	for _, it := range r.rec.Items {
		if it.Message != nil {
			continue
		}
		for _, row := range notPolled {
			if it.Capture.Kind == row.kind {
				e.Why = "it is a " + row.name + " profile, which shows " + row.shows + ", and no leak"
				e.Next = row.next
				return e
			}
		}
	}
	return e
}

// notPolled says what the kinds of profiles that leaktop does not judge are for.
var notPolled = []struct {
	kind              profile.Kind
	name, shows, next string
}{
	{profile.CPU, "CPU", "where time is spent", "go tool pprof -http=: FILE shows it; for a leak give heap profiles: curl -o heap.pb.gz http://HOST/debug/pprof/heap, twice, two minutes apart"},
	{profile.Mutex, "mutex", "which locks others waited for", "go tool pprof -http=: FILE shows it; for goroutines that wait forever give a goroutine profile: curl -o goroutine.pb.gz http://HOST/debug/pprof/goroutine"},
	{profile.Block, "block", "where goroutines waited, and went on", "go tool pprof -http=: FILE shows it; for goroutines that wait forever give a goroutine profile: curl -o goroutine.pb.gz http://HOST/debug/pprof/goroutine"},
	{profile.ThreadCreate, "threadcreate", "what made the runtime start threads", "go tool pprof -http=: FILE shows it; for goroutines give a goroutine profile: curl -o goroutine.pb.gz http://HOST/debug/pprof/goroutine"},
}

// isPolled reports whether a capture comes from polling, not from a Fetch.
func isPolled(c profile.Capture) bool { return c.Kind.Info().Polled && c.Debug == 0 && c.Seconds == 0 }

// IsFullSpeed reports whether the recording is to be read as fast as possible.
func (r *Recorded) IsFullSpeed() bool { return r.opts.FullSpeed }

// HistoryLimit is that of the options, see [HistoryLimiter].
func (r *Recorded) HistoryLimit() int64 { return r.opts.History }

// Name returns the target that was recorded, or the name of the file.
func (r *Recorded) Name() string {
	if t := plain.Clip(r.rec.Target, 100); t != "" && r.rec.Schema > 0 {
		return t
	}
	return r.name
}

// File returns the name of the file, or a common name of several.
func (r *Recorded) File() string { return r.name }

// Paths returns the files and folders as they were given; none for a store.
func (r *Recorded) Paths() []string { return r.paths }

// IsFiles reports whether the source is profile files, not a recording.
func (r *Recorded) IsFiles() bool { return r.rec.Schema == 0 }

// Archive returns the raw tar of a recording, nil for profile files.
func (r *Recorded) Archive() *io.SectionReader { return r.rec.Archive() }

// Steps returns the steps in the order of time.
func (r *Recorded) Steps() []Step {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.steps
}

// IsPair reports whether the source is exactly two profile files of a kind, to be
// compared.
func (r *Recorded) IsPair() bool {
	n := map[profile.Kind]int{}
	for _, s := range r.Steps() {
		n[s.Kind]++
	}
	return r.rec.Schema == 0 && (n[profile.Heap] == 2 || n[profile.Heap] == 0 && n[profile.Goroutine] == 2)
}

// KeptSteps returns the indexes of the steps, up to and including until, that a watch
// needs to reach the same state: the profiles that a history keeps, and all other
// items.
func (r *Recorded) KeptSteps(until int) []int {
	steps := r.Steps()[:until+1]
	var out []int
	of := map[profile.Kind][]int{}
	flush := func() {
		for kind, at := range of {
			times := make([]time.Time, len(at))
			for i, j := range at {
				times[i] = steps[j].Time
			}
			for _, i := range profile.KeptIndices(times) {
				out = append(out, at[i])
			}
			delete(of, kind)
		}
	}
	for i, s := range steps {
		if s.Kind != "" {
			of[s.Kind] = append(of[s.Kind], i)
			continue
		}
		if s.Event.Kind == profile.EventRestart {
			flush() // thin each process separately
		}
		out = append(out, i)
	}
	flush()
	slices.Sort(out)
	return out
}

// InitialMessages returns the messages to send before the first step.
func (r *Recorded) InitialMessages() []Message {
	f := profile.Facts{Name: r.Name()}
	if r.opts.Limit > 0 {
		f.Limit, f.LimitFrom = r.opts.Limit, profile.LimitFromFlag
	}
	out := []Message{Facts{f}}
	for _, w := range r.rec.Warnings {
		out = append(out, damagedRecording(plain.Clip(w, 400)))
	}
	if r.feed != nil {
		for _, d := range r.feed.diagnostics() {
			out = append(out, Diagnostic{d})
		}
	}
	return out
}

// ReadStep reads the message of a step. It is safe for concurrent use.
func (r *Recorded) ReadStep(s Step) (Message, error) {
	switch m := s.item.Message.(type) {
	case nil:
		c, err := r.rec.Load(s.item)
		return Capture{c}, err
	case profile.Event:
		return Event{s.Event}, nil
	case profile.Facts:
		return Facts{r.cleanFacts(m)}, nil
	case recording.Status:
		return fromRecorded(m), nil
	case Message: // of a store, see storeFeed
		return m, nil
	case memory.Reading:
		m.Source = plain.Clip(m.Source, 60)
		return Reading{m}, nil
	case longterm.Data:
		return Past{&m}, nil
	}
	return nil, errors.New("read recording: an entry of an unknown kind")
}

// cleanFacts cleans recorded facts for display. --limit overrides a recorded limit.
func (r *Recorded) cleanFacts(f profile.Facts) profile.Facts {
	f = CleanFacts(f)
	if r.opts.Limit > 0 {
		f.Limit, f.LimitFrom = 0, ""
	}
	return f
}

// CleanFacts makes the texts of facts from a file safe to show.
func CleanFacts(f profile.Facts) profile.Facts {
	for _, s := range []*string{
		&f.Name, &f.GoVersion, &f.Module, &f.LimitFrom, &f.LastExit, &f.Container,
		&f.Context, &f.Namespace, &f.Pod, &f.ContainerName, &f.Image, &f.Version, &f.Node,
	} {
		*s = plain.Clip(*s, 200)
	}
	return f
}

// Watch sends the messages at their recorded intervals. With Options.FullSpeed it sends
// them as fast as possible, and only those of [Recorded.KeptSteps]. It returns nil at the
// end of the recording.
func (r *Recorded) Watch(ctx context.Context, send func(Message)) error {
	for _, m := range r.InitialMessages() {
		send(m)
	}
	steps := r.Steps()
	if r.opts.FullSpeed {
		for _, i := range r.KeptSteps(len(steps) - 1) {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			r.sendStep(steps[i], send)
		}
		return nil
	}
	for i, s := range steps {
		if i > 0 {
			if err := poll.SleepFor(ctx, s.Time.Sub(steps[i-1].Time)); err != nil {
				return err
			}
		}
		r.sendStep(s, send)
	}
	return nil
}

func (r *Recorded) sendStep(s Step, send func(Message)) {
	m, err := r.ReadStep(s)
	if err != nil {
		m = Unreadable(s.Kind, err)
	}
	send(m)
}

// Unreadable returns the diagnostic for a profile that could not be read. An empty kind
// means another entry of a recording.
func Unreadable(k profile.Kind, err error) Diagnostic {
	if k == "" {
		return damagedRecording(plain.Clip(fmt.Sprintf("some entries of the recording could not be read and were left out: %v", err), 400))
	}
	return Diagnostic{profile.Diagnostic{
		Code: profile.CodeUnreadable, Severity: profile.SeverityWarning, Kind: k,
		What: plain.Clip(fmt.Sprintf("a %s profile could not be read and was left out: %v", k, err), 400),
	}}
}

// damagedRecording returns a diagnostic about the recording as a whole.
func damagedRecording(what string) Diagnostic {
	return Diagnostic{profile.Diagnostic{Code: profile.CodeRecording, Severity: profile.SeverityWarning, What: strings.TrimSuffix(what, ".")}}
}

// SetTime sets the moment that the user sees.
func (r *Recorded) SetTime(at time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = at
}

// Close closes the files.
func (r *Recorded) Close() error {
	err := r.rec.Close()
	if r.feed != nil {
		err = errors.Join(err, r.feed.close())
	}
	return err
}
