package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/longterm"
	"github.com/leaktop/leaktop/source/fleet"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
)

// PastHead is the head of the sentence about the days before.
const PastHead = "history"

// DescribePast describes memory over the days before in one sentence; empty if unknown.
func DescribePast(p *session.Past) string { return PastForms(p)[0] }

// PastForms returns the sentence of [DescribePast], and shorter forms of it for less room.
// They drop the restarts first, and keep the rate.
func PastForms(p *session.Past) []string {
	if p == nil || p.Outlook.From.IsZero() {
		return []string{""}
	}
	o := p.Outlook
	span := format.Duration(roundSpan(o.To.Sub(o.From)))
	var forms []string
	switch o.Course {
	case longterm.Grows:
		what, long, rate := whatGrows(o), describeLength(o), describePastRate(o)
		point := o
		point.SinceLow, point.SinceHigh = o.Since, o.Since // without the interval
		forms = []string{
			fmt.Sprintf("%s has grown for %s%s (%s)", what, long, describeSince(o), rate),
			fmt.Sprintf("%s has grown for %s%s (%s)", what, long, describeSince(point), rate),
			fmt.Sprintf("%s has grown for %s (%s)", what, long, rate),
			fmt.Sprintf("%s %s for %s", what, format.PerHour(o.PerHour, "bytes"), long),
		}
	case longterm.PageCache:
		forms = []string{
			fmt.Sprintf("page cache has grown for %s%s, which the kernel reclaims: anonymous memory has not grown", describeLength(o), describeSince(o)),
			"page cache has grown, which the kernel reclaims",
		}
	case longterm.Daily:
		forms = []string{
			fmt.Sprintf("memory follows the time of day and has not grown over %s: it swings by %s, with its peak at about %s",
				span, format.Bytes(o.Swing), describeTimeOfDay(o)),
			"memory follows the time of day and has not grown over " + span,
		}
	case longterm.Steady:
		forms = []string{"memory has not grown over " + span}
	default:
		forms = []string{"the store has only " + span + " of memory figures, too little to judge"}
	}
	if r := describeRestarts(o); r != "" {
		return append([]string{forms[0] + "; " + r}, forms...)
	}
	return forms
}

// PastTone returns the tone of the sentence about the days before.
func PastTone(p *session.Past) theme.Tone {
	switch p.Outlook.Course {
	case longterm.Grows:
		return theme.Warn
	case longterm.Steady, longterm.Daily:
		return theme.Good
	}
	return theme.Dim
}

// coursesByWeight lists the courses, the most important first.
var coursesByWeight = []longterm.Course{longterm.Grows, longterm.PageCache, longterm.Daily, longterm.Steady, longterm.Unknown}

// comparePast orders members by the importance of their days before: by course, then by
// growth rate, then by the number of restarts.
func comparePast(a, b fleet.Member) int {
	x, y := a.State.Past.Outlook, b.State.Past.Outlook
	return cmp.Or(
		cmp.Compare(slices.Index(coursesByWeight, x.Course), slices.Index(coursesByWeight, y.Course)),
		cmp.Compare(y.PerHour, x.PerHour), cmp.Compare(y.Restarts, x.Restarts),
	)
}

// describeHistory describes the memory of the members over the days before, by the member
// in which it matters most. If there is no data, it says why. ok is false if no store was
// queried.
func (w fleetWording) describeHistory() (s Sentence, ok bool) {
	var judged []fleet.Member
	var failed []profile.Diagnostic
	for _, m := range w.st.Members {
		switch p := m.State.Past; {
		case p == nil || m.IsGone():
		case p.Outlook.From.IsZero():
			failed = append(failed, p.Diagnostics...)
		default:
			judged = append(judged, m)
		}
	}
	if len(judged) == 0 {
		if len(failed) == 0 {
			return s, false
		}
		return Sentence{WarningHead, failed[0].String()}, true
	}
	slices.SortStableFunc(judged, comparePast)
	first, alike := judged[0], 0
	for _, m := range judged {
		if m.State.Past.Outlook.Course == first.State.Past.Outlook.Course {
			alike++
		}
	}
	where := fmt.Sprintf("in %d of %d", alike, len(judged))
	switch {
	case alike == 1:
		where = "in " + w.name(first.ID)
	case first.State.Past.Outlook.PerHour > 0:
		where += ", fastest in " + w.name(first.ID)
	}
	return Sentence{Head{Tone: PastTone(first.State.Past), Word: PastHead}, where + ": " + DescribePast(first.State.Past)}, true
}

// whatGrows names the memory that grows: anonymous memory, which only the process can
// release, if it is known separately from page cache.
func whatGrows(o longterm.Outlook) string {
	if o.NowAnonymous > 0 && o.Metric == longterm.WorkingSet {
		return "anonymous memory"
	}
	return "memory"
}

// describePastRate returns the growth per hour, and per day if a process lives that long.
func describePastRate(o longterm.Outlook) string {
	text := format.PerHour(o.PerHour, "bytes")
	if format.NeedsDays(o.For()) && (o.Restarts == 0 || format.NeedsDays(o.Every)) {
		text += ", " + format.PerDay(o.PerHour, "bytes")
	}
	return text
}

// describeLength says for how long it has grown.
func describeLength(o longterm.Outlook) string {
	d := format.Duration(roundSpan(o.For()))
	if o.IsLonger {
		return "at least " + d
	}
	return d
}

// describeSince says when growth began, preceded by a comma; empty if that was before the
// first value.
func describeSince(o longterm.Outlook) string {
	if o.IsLonger {
		return ""
	}
	at := format.Moment(o.Since.Local())
	version := ""
	if o.Cause.Version != "" {
		version = " to version " + o.Cause.Version
	}
	switch o.Cause.Kind {
	case longterm.MarkRollout:
		return ", since the rollout" + version + " of " + at
	case longterm.MarkPod:
		return ", since the new pod of " + at
	case longterm.MarkOOM:
		return ", since the OOM kill of " + at
	case longterm.MarkRestart:
		return ", since the restart of " + at
	}
	if o.SinceHigh.Sub(o.SinceLow) > 2*time.Hour {
		return fmt.Sprintf(", since %s (95%% CI %s to %s)", at, format.Moment(o.SinceLow.Local()), format.Moment(o.SinceHigh.Local()))
	}
	return ", since " + at
}

// describeRestarts says how often the process restarted, and at how much memory; empty if
// it did not.
func describeRestarts(o longterm.Outlook) string {
	who := "it"
	if o.IsPod {
		who = "the pods"
	}
	where := ""
	switch {
	case o.Restarts == 0:
		return ""
	case o.AtLimit:
		where = " at their limit"
		if !o.IsPod {
			where = " at its limit"
		}
	case o.Highest > 0 && o.Course == longterm.Grows:
		where = " at about " + format.Bytes(o.Highest)
	}
	often := " once"
	switch {
	case o.Every > 0:
		often = " every " + format.Roughly(roundSpan(o.Every))
	case o.Restarts > 1:
		often = " " + format.Count(o.Restarts) + " times"
	}
	return who + " restarted" + where + often
}

// describeTimeOfDay returns the time of the daily peak, in this machine's time zone.
func describeTimeOfDay(o longterm.Outlook) string {
	day := o.To.UTC().Truncate(24 * time.Hour)
	return day.Add(time.Duration(o.Peak) * time.Second).Local().Round(time.Hour).Format("15:04")
}

// roundSpan rounds a duration for display.
func roundSpan(d time.Duration) time.Duration {
	if d > time.Hour {
		return d.Round(10 * time.Minute)
	}
	return d.Round(time.Minute)
}

// History is the judgment of the days before, as JSON.
type History struct {
	Store    string `json:"store"`
	Subject  string `json:"subject"`
	Sentence string `json:"sentence"`
	longterm.Outlook
	EverySeconds float64          `json:"restartsEverySeconds,omitempty"`
	StepSeconds  float64          `json:"stepSeconds,omitempty"` // between two values
	Marks        []longterm.Mark  `json:"marks"`
	Queries      []longterm.Query `json:"queries"`
}

// newHistory returns the judgment of the days before, nil if no store was queried.
func newHistory(p *session.Past) *History {
	if p == nil {
		return nil
	}
	return &History{
		Store: p.Store, Subject: p.Subject, Sentence: DescribePast(p), Outlook: p.Outlook, EverySeconds: p.Outlook.Every.Seconds(),
		StepSeconds: p.Step.Seconds(), Marks: orEmpty(p.Marks), Queries: orEmpty(p.Queries),
	}
}

// DescribeSplit lists the parts of a container's memory; empty if they are unknown.
// anonymousMark is written before the anonymous part, such as the color of its line.
func DescribeSplit(p *session.Past, anonymousMark string) string {
	o := p.Outlook
	var parts []string
	add := func(name string, v float64) {
		if v > 0 {
			parts = append(parts, name+" "+format.Bytes(v))
		}
	}
	add(metricName(o.Metric), o.Now)
	add(anonymousMark+"anonymous", o.NowAnonymous)
	add("page cache", o.NowCache)
	return strings.Join(parts, ", ")
}

// metricName names a metric of memory.
func metricName(m longterm.Metric) string {
	return strings.ReplaceAll(string(m), "_", " ")
}
