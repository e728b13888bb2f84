package podstate

import (
	"fmt"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile/quantity"
	"github.com/leaktop/leaktop/source/kube/fault"

	corev1 "k8s.io/api/core/v1"

	"github.com/leaktop/leaktop/profile"
)

// ProcessIdentity identifies the processes of containers: uid, container ids and restart
// counts. A container id alone is not enough: between two processes the status
// shows the old id with a terminated state.
func ProcessIdentity(pod *corev1.Pod, names []string) string {
	parts := []string{string(pod.UID)}
	for _, name := range names {
		if s := StatusOf(pod, name); s != nil {
			parts = append(parts, fmt.Sprintf("%s#%d", s.ContainerID, s.RestartCount))
		}
	}
	return strings.Join(parts, " ")
}

// IsStale reports whether next is an older state of the same pod than prev: a watch
// may deliver late what a request has already returned.
func IsStale(prev, next *corev1.Pod, names []string) bool {
	if prev.UID != next.UID {
		return false
	}
	for _, name := range names {
		a, b := StatusOf(prev, name), StatusOf(next, name)
		if a != nil && b != nil && b.RestartCount < a.RestartCount && !containerStart(b).After(containerStart(a)) {
			return true
		}
	}
	return false
}

// containerStart returns when the container's process started; zero if it has none.
func containerStart(s *corev1.ContainerStatus) time.Time {
	if s == nil || s.State.Running == nil {
		return time.Time{}
	}
	return s.State.Running.StartedAt.Time
}

// DescribeChange describes what is new, in one line. restarted reports whether another
// process is behind the port from now on.
func DescribeChange(prev, next *corev1.Pod, names []string, now time.Time) (text string, restarted bool) {
	if prev.UID != next.UID {
		return describeReplacement(prev, next, names, now), true
	}
	for _, name := range names {
		a, b := StatusOf(prev, name), StatusOf(next, name)
		if a == nil || b == nil {
			continue
		}
		if a.ContainerID != "" && (a.ContainerID != b.ContainerID || a.RestartCount != b.RestartCount) {
			return containerPrefix(name, names) + DescribeRestart(b, MemoryLimit(next, name), now), true
		}
	}
	return describeNews(prev, next, names), false
}

// DescribeRestart describes a restart: "restarted 14:02, OOMKilled, exit 137, limit 512
// MiB".
func DescribeRestart(s *corev1.ContainerStatus, limit int64, now time.Time) string {
	parts := []string{}
	t := s.LastTerminationState.Terminated
	switch {
	case t != nil && !t.FinishedAt.IsZero():
		parts = append(parts, "restarted "+formatClock(t.FinishedAt.Time, now))
	case !containerStart(s).IsZero():
		parts = append(parts, "restarted "+formatClock(containerStart(s), now))
	default:
		parts = append(parts, "restarted")
	}
	if t != nil {
		why := *t
		why.FinishedAt.Reset()
		parts = append(parts, describeExit(&why, now))
	}
	if limit > 0 {
		parts = append(parts, "limit "+quantity.BytesTrimmed(limit))
	}
	return strings.Join(parts, ", ")
}

// LastExitOf returns how the previous process ended: that of the same container, or of
// the pod that was replaced.
func LastExitOf(prev, next *corev1.Pod, names []string) profile.Exit {
	for _, name := range names {
		s := StatusOf(next, name)
		if prev.UID != next.UID {
			s = StatusOf(prev, name)
		}
		if s == nil {
			continue
		}
		t := s.LastTerminationState.Terminated
		if prev.UID != next.UID {
			t = s.State.Terminated
		}
		if t != nil {
			return profile.Exit{Reason: fault.CleanText(t.Reason), Code: int(t.ExitCode), Time: t.FinishedAt.Time, Restarts: int(s.RestartCount)}
		}
	}
	return profile.Exit{}
}

func describeReplacement(prev, next *corev1.Pod, names []string, now time.Time) string {
	text := fmt.Sprintf("pod %s replaced by %s", fault.CleanText(prev.Name), fault.CleanText(next.Name))
	if prev.Name == next.Name {
		text = fmt.Sprintf("pod %s was created again", fault.CleanText(next.Name))
	}
	if IsOtherVersion(prev, next) {
		text += fmt.Sprintf(", version %s, was %s", podVersion(next), podVersion(prev))
	}
	if r := fault.CleanText(prev.Status.Reason); r != "" { // "Evicted", "NodeLost"
		text += ", " + r
	}
	for _, name := range names {
		if s := StatusOf(prev, name); s != nil && s.State.Terminated != nil {
			return text + ", " + containerPrefix(name, names) + describeExit(s.State.Terminated, now)
		}
	}
	return text
}

// IsOtherVersion reports whether the next pod is known to run another version.
func IsOtherVersion(prev, next *corev1.Pod) bool {
	was, is := podVersion(prev), podVersion(next)
	return was != is && was != "" && is != ""
}

// describeNews describes what is new about the same process; "" if it is not worth a line.
func describeNews(prev, next *corev1.Pod, names []string) string {
	if prev.DeletionTimestamp == nil && next.DeletionTimestamp != nil {
		return fmt.Sprintf("pod %s is being deleted; leaktop follows its successor", fault.CleanText(next.Name))
	}
	for _, name := range names {
		if !IsCrashLooping(prev, name) && IsCrashLooping(next, name) {
			return containerPrefix(name, names) + "crash-looping, " + NotRunningReason(next, name) + "; started again after a pause of up to 5 minutes"
		}
		if was, is := MemoryLimit(prev, name), MemoryLimit(next, name); was != is && was > 0 && is > 0 {
			return fmt.Sprintf("%smemory limit is now %s, was %s", containerPrefix(name, names), quantity.BytesTrimmed(is), quantity.BytesTrimmed(was))
		}
	}
	return ""
}

// IsCrashLooping reports whether the kubelet pauses before it starts the container again.
func IsCrashLooping(pod *corev1.Pod, name string) bool {
	s := StatusOf(pod, name)
	return s != nil && s.State.Waiting != nil && s.State.Waiting.Reason == "CrashLoopBackOff"
}

// containerPrefix names the container if there are several.
func containerPrefix(name string, names []string) string {
	if len(names) < 2 {
		return ""
	}
	return "container " + fault.CleanText(name) + " "
}
