package source

import (
	"errors"
	"strings"

	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/source/kube"
	"github.com/leaktop/leaktop/source/kube/fault"
	"github.com/leaktop/leaktop/source/problem"
)

// errNoPort explains why no port of a pod serves pprof. A reason that has nothing to do
// with the ports is given only once.
func (l *podLink) errNoPort(failures []error, tried []string) error {
	same := true
	for _, err := range failures {
		same = same && !errors.Is(err, kube.ErrRefused) && reasonOf(err) == reasonOf(failures[0])
	}
	if same || len(failures) == 1 {
		return failures[0]
	}
	return &problem.Problem{
		Cause: problem.CauseNotPprof, Subject: "find pprof in pod " + l.Watched().Name(), Why: "no port serves it: " + joinList(tried),
		Next: `import _ "net/http/pprof" in the service and serve it (127.0.0.1 in the pod is enough), or name its port, as in pod/NAME:PORT`,
		Err:  errors.Join(failures...),
	}
}

// reasonOf returns only the reason of an error, without the action and the remedy.
func reasonOf(err error) string {
	why := err.Error()
	if p, ok := errors.AsType[*problem.Problem](err); ok {
		why = p.Why
	} else if e, ok := errors.AsType[*fault.Error](err); ok {
		why = e.Why
	}
	return plain.Clip(why, maxReason)
}

// maxReason is how much of a reason is shown, in characters.
const maxReason = 60

// joinList joins the parts of an enumeration.
func joinList(parts []string) string { return strings.Join(parts, ", ") }
