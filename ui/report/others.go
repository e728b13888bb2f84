package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/format"
)

// sentenceWithPlace returns the sentence of a suspect with its file and line, if they are
// known.
func sentenceWithPlace(s leak.Suspect) string {
	if place := DescribePlace(s); place != "" {
		return s.Sentence + " (" + place + ")"
	}
	return s.Sentence
}

// describeIgnored returns a line for each ignored suspect.
func describeIgnored(r leak.Report) (out []string) {
	for _, s := range r.Ignored[:min(len(r.Ignored), maxSuspects)] {
		out = append(out, sentenceWithPlace(s))
	}
	if more := len(r.Ignored) - len(out); more > 0 {
		out = append(out, format.Count(more)+" more, which --format json has")
	}
	return out
}

// describeWithdrawn returns a line for each suspect that was withdrawn.
func describeWithdrawn(r leak.Report) (out []string) {
	for _, w := range r.Withdrawn {
		out = append(out, w.Time.UTC().Format("15:04:05")+" UTC "+w.String())
	}
	return out
}

// describeProcesses returns a line for each process of a target that restarted or was
// replaced: its name, its time, and its verdict.
func describeProcesses(r leak.Report) (out []string) {
	for i, p := range r.Processes {
		text := format.Clean(p.Name)
		if p.Version != "" {
			text += " (" + format.Clean(p.Version) + ")"
		}
		layout := format.ClockLayout(r.Processes[len(r.Processes)-1].To.Sub(r.Processes[0].From))
		text += " " + p.From.UTC().Format(layout) + " to " + p.To.UTC().Format(layout) + " UTC"
		if i == len(r.Processes)-1 {
			text += ", running"
		}
		text += describeEnd(p)
		out = append(out, strings.TrimSpace(text)+": "+describeProcessVerdict(p))
	}
	return out
}

// describeEnd says how a process ended, and how much memory it had; empty if neither is
// known.
func describeEnd(p leak.Process) (text string) {
	if x := p.Exit; x.Reason != "" {
		text += fmt.Sprintf(", %s, exit %d", format.Clean(x.Reason), x.Code)
	}
	if p.Peak > 0 {
		text += ", up to " + format.Bytes(p.Peak)
	}
	return text
}

// describeProcessVerdict describes the verdict on one process.
func describeProcessVerdict(p leak.Process) string {
	text := verdictWord(p.Verdict)
	switch {
	case p.Verdict == "":
		text = "not judged"
	case len(p.Suspects) > 0:
		var names []string
		for _, s := range p.Suspects {
			names = append(names, s.Sentence)
		}
		text += ": " + strings.Join(names, "; ")
	default:
		if caveat := p.Caveat.String(); caveat != "" {
			text += ": " + caveat
		} else if p.Watched > 0 {
			text += ", watched for " + format.Duration(p.Watched.Round(time.Second))
		}
	}
	if p.IsJudged {
		text += " (the verdict is on this one)"
	}
	return text
}
