package source

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/leaktop/leaktop/source/kube/fault"

	"github.com/leaktop/leaktop/source/problem"
)

// errNoPort explains why no port of a pod serves pprof. A reason that has nothing to do
// with the ports is given only once.
func (l *podLink) errNoPort(failures []error, tried []string) error {
	same := true
	for _, err := range failures {
		same = same && !isRefused(err) && reasonOf(err) == reasonOf(failures[0])
	}
	if same || len(failures) == 1 {
		return failures[0]
	}
	return &problem.Problem{
		Cause: problem.CauseNotPprof, Subject: "find pprof in pod " + l.Watched().Name(), Why: "no port serves it: " + joinList(tried),
		Next: `import _ "net/http/pprof" in the service and serve it, on 127.0.0.1 in the pod will do; or name its port, as in pod/NAME:PORT`,
		Err:  errors.Join(failures...),
	}
}

func isRefused(err error) bool { return strings.HasPrefix(reasonOf(err), "connection refused") }

// reasonOf returns only the reason of an error, without the action and the remedy.
func reasonOf(err error) string {
	why := err.Error()
	var p *problem.Problem
	var e *fault.Error
	switch {
	case errors.As(err, &p):
		why = p.Why
	case errors.As(err, &e):
		why = e.Text
	}
	if i := strings.Index(why, ": "); i >= 0 && strings.HasPrefix(why, "reach port ") {
		why = why[i+2:]
	}
	why, _, _ = strings.Cut(why, " (also tried ")
	if utf8.RuneCountInString(why) > maxReason {
		why = string([]rune(why)[:maxReason-1]) + "…"
	}
	return why
}

// maxReason is how much of a reason is shown, in runes.
const maxReason = 60

// joinList joins the parts of an enumeration.
func joinList(parts []string) string { return strings.Join(parts, ", ") }
