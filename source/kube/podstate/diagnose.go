package podstate

import (
	"fmt"
	"strings"
	"time"

	"github.com/leaktop/leaktop/source/kube/fault"

	corev1 "k8s.io/api/core/v1"

	"github.com/leaktop/leaktop/profile"
)

// recentRestart is the maximum time since another container's last exit for its
// restarts to be reported.
const recentRestart = time.Hour

func diagnosePod(pod *corev1.Pod, port Port, wanted string, now time.Time) []profile.Diagnostic {
	all := ContainerNames(pod)
	if len(all) < 2 {
		return nil
	}
	var out []profile.Diagnostic
	if d, ok := diagnoseContainer(pod, port, wanted, all); ok {
		out = append(out, d)
	}
	watched := containerBehind(pod, port, wanted)
	for _, name := range all {
		if name == watched {
			continue
		}
		if why := restartingReason(pod, name, now); why != "" {
			out = append(out, newDiagnostic(profile.CodeOtherRestarts, profile.SeverityWarning,
				fmt.Sprintf("container %s of this pod %s, and %s is watched", name, why, watched),
				"watch it with -c "+name))
		}
	}
	return out
}

// diagnoseContainer reports doubt about which container responds.
func diagnoseContainer(pod *corev1.Pod, port Port, wanted string, all []string) (profile.Diagnostic, bool) {
	known, asked := knownContainer(pod, port, wanted), ChosenByUser(pod)
	where := fmt.Sprintf("port %d", port.Number)
	switch {
	case port.Number == 0:
	case known != "" && asked != "" && known != asked:
		return newDiagnostic(profile.CodeWrongContainer, profile.SeverityBlocking,
			fmt.Sprintf("%s belongs to container %s, not to %s, which was requested", where, known, asked),
			"watch it with -c "+known+", or name the port that "+asked+" serves pprof on, as in pod/NAME:PORT"), true
	case known == "" && asked != "":
		return newDiagnostic(profile.CodeContainerUnsure, profile.SeverityInfo,
			fmt.Sprintf("container %s does not declare %s: its limit and restarts are shown, but another container may be the one that responds", asked, where), ""), true
	case known == "" && len(servingContainers(pod, port, wanted)) > 1:
		return newDiagnostic(profile.CodeContainerUnsure, profile.SeverityWarning,
			fmt.Sprintf("none of the containers %s declares %s: showing the limit and restarts of %s", strings.Join(all, ", "), where, MainContainer(pod)),
			"choose the one that serves it with --container"), true
	case known != "" && asked == "" && wanted == "" && known != MainContainer(pod):
		return newDiagnostic(profile.CodeContainerUnsure, profile.SeverityWarning,
			fmt.Sprintf("container %s is watched: no port of %s, the pod's main container, serves pprof", known, MainContainer(pod)),
			`import _ "net/http/pprof" in it, or name its port, as in pod/NAME:PORT`), true
	}
	return profile.Diagnostic{}, false
}

// restartingReason describes why a container keeps restarting, "" if it does not. It
// contains no changing figures, so that it remains the same diagnostic.
func restartingReason(pod *corev1.Pod, name string, now time.Time) string {
	s := StatusOf(pod, name)
	if s == nil {
		return ""
	}
	last := s.LastTerminationState.Terminated
	if last == nil {
		last = s.State.Terminated
	}
	recent := s.RestartCount > 0 && last != nil && now.Sub(last.FinishedAt.Time) < recentRestart
	if !recent && !IsCrashLooping(pod, name) {
		return ""
	}
	if last == nil {
		return "keeps restarting"
	}
	end := *last
	end.FinishedAt.Reset()
	return "keeps restarting, last exit " + describeExit(&end, now)
}

func newDiagnostic(code profile.Code, s profile.Severity, what, next string) profile.Diagnostic {
	return profile.Diagnostic{Code: code, Severity: s, What: fault.CleanText(what), Next: fault.CleanText(next)}
}
