package ui

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/report"
)

// describeIncident returns the facts about the first suspect that an incident report
// needs, and how to reproduce it.
func (a exportAction) describeIncident() []export.Fact {
	st := a.vc.State
	var f incidentFacts
	for i, s := range st.Report.Suspects {
		switch {
		case i == 0:
			f.addSuspect(s, st)
		case i < maxIncidentSuspects:
			f.addAnother(s)
		}
	}
	f.addVersions(st, a.version)
	f.add(export.FactReproduce, reproduceCommand(st.Facts, a.session.Source))
	return f
}

// incidentFacts are the facts of an incident report, in its order.
type incidentFacts []export.Fact

// add adds a fact, unless it is unknown.
func (f *incidentFacts) add(name, text string) {
	if text != "" {
		*f = append(*f, export.Fact{Name: name, Text: text})
	}
}

// addSuspect adds where a suspect is, its cause, what to change, how fast it grows, when
// memory runs out, and what helps until it is fixed.
func (f *incidentFacts) addSuspect(s leak.Suspect, st session.State) {
	f.add(export.FactWhere, strings.TrimSpace(report.DescribePlace(s)+"  "+s.Function))
	f.add("cause", s.Cause)
	f.add("fix", s.Fix)
	f.add("rate", report.DescribeRate(s))
	f.add("began", report.DescribeOnset(s, time.UTC))
	f.add("limit", describeLimit(st.Report.Memory))
	f.add("first aid", firstAid(st))
}

// maxIncidentSuspects is the maximum number of suspects that an incident report
// explains.
const maxIncidentSuspects = 5

// addAnother adds the cause of a further suspect, and what to change.
func (f *incidentFacts) addAnother(s leak.Suspect) {
	text := strings.TrimSpace(report.DescribePlace(s) + "  " + s.Function)
	if text != "" {
		text += ". "
	}
	f.add("also", strings.TrimSpace(text+strings.TrimSpace(s.Cause+" "+s.Fix)))
}

// addVersions adds the versions of the target, of Go and of leaktop.
func (f *incidentFacts) addVersions(st session.State, leaktop string) {
	f.add("go", st.Facts.GoVersion)
	f.add("version", strings.TrimSpace(st.Facts.Image+" "+buildID(st)))
	f.add("leaktop", leaktop)
}

// describeLimit says when memory reaches its limit.
func describeLimit(m leak.Memory) string {
	if m.Limit <= 0 || m.HoursToLimit <= 0 {
		return ""
	}
	return fmt.Sprintf("%s of %s used, reached in %s", format.Bytes(m.Charged), format.Bytes(m.Limit), m.TimeToLimit())
}

func hoursOf(h float64) time.Duration { return time.Duration(h * float64(time.Hour)) }

// firstAid says how much time a restart buys: the time in which memory grows from the
// lowest value seen in this process to the limit. That is a lower bound, because the
// process may have leaked before the watch.
func firstAid(st session.State) string {
	m := st.Report.Memory
	if m.Limit <= 0 || m.HoursToLimit <= 0 || m.Charged >= m.Limit {
		return "a restart frees what has leaked; for how long is unknown without a memory limit (--limit sets it)"
	}
	perHour := float64(m.Limit-m.Charged) / m.HoursToLimit
	low := m.Charged
	for _, r := range st.Memory {
		if v := int64(memory.Reading.Charged(r)); v > 0 {
			low = min(low, v)
		}
	}
	return "a restart buys about " + format.Roughly(hoursOf(float64(m.Limit-low)/perHour)) + " at this rate"
}

// buildID returns the build ID of the target, empty if its profiles have none.
func buildID(st session.State) string {
	for _, k := range []profile.Kind{profile.Heap, profile.Goroutine} {
		s, _ := st.History.Latest(k)
		if s == nil {
			continue
		}
		if i := strings.LastIndexByte(s.Binary, ' '); i >= 0 && i+1 < len(s.Binary) {
			return "build ID " + s.Binary[i+1:]
		}
	}
	return ""
}

// reproduceCommand returns the command line that checks the same target against the same
// limit.
func reproduceCommand(f profile.Facts, src source.Source) string {
	text := watchCommand(f, src)
	if f.LimitFrom == profile.LimitFromFlag {
		text += " --limit " + exactSize(f.Limit)
	}
	return text
}

// exactSize writes a size as a flag takes it, without rounding: "4GiB", "512MiB", "1000".
func exactSize(n int64) string {
	for _, u := range []struct {
		size int64
		name string
	}{{1 << 30, "GiB"}, {1 << 20, "MiB"}} {
		if n > 0 && n%u.size == 0 {
			return strconv.FormatInt(n/u.size, 10) + u.name
		}
	}
	return strconv.FormatInt(n, 10)
}

// watchCommand returns the command line that checks the same target.
func watchCommand(f profile.Facts, src source.Source) string {
	switch rec, ok := src.(*source.Recorded); {
	case ok && len(rec.Paths()) > 0:
		text := "leaktop check"
		for _, path := range rec.Paths() {
			text += " " + shellQuote(path)
		}
		return text
	case ok:
		return "leaktop check " + shellQuote(rec.File())
	case f.Pod != "":
		text := "leaktop check"
		if f.Context != "" {
			text += " --context " + shellQuote(f.Context)
		}
		text += " -n " + shellQuote(f.Namespace)
		if f.ContainerName != "" {
			text += " -c " + shellQuote(f.ContainerName)
		}
		return text + " " + shellQuote("pod/"+f.Pod)
	}
	return "leaktop check " + shellQuote(src.Name())
}

// shellQuote quotes a word for a shell, if it needs that.
func shellQuote(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:@%+=,", r)
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(format.Clean(s), "'", `'\''`) + "'"
}
