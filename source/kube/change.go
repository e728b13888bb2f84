package kube

import (
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// identity names the process behind the containers: uid, container ids and
// restart counts. A container id alone is not enough: between two processes the
// status shows the old id with a terminated state.
func identity(pod *corev1.Pod, names []string) string {
	parts := []string{string(pod.UID)}
	for _, name := range names {
		if s := statusOf(pod, name); s != nil {
			parts = append(parts, fmt.Sprintf("%s#%d", s.ContainerID, s.RestartCount))
		}
	}
	return strings.Join(parts, " ")
}

// stale tells whether next is an older look at the same pod than prev: a watch
// may bring late what a request has already seen.
func stale(prev, next *corev1.Pod, names []string) bool {
	if prev.UID != next.UID {
		return false
	}
	for _, name := range names {
		a, b := statusOf(prev, name), statusOf(next, name)
		if a != nil && b != nil && b.RestartCount < a.RestartCount && !started(b).After(started(a)) {
			return true
		}
	}
	return false
}

// started is when the container's process began; zero if it has none.
func started(s *corev1.ContainerStatus) time.Time {
	if s == nil || s.State.Running == nil {
		return time.Time{}
	}
	return s.State.Running.StartedAt.Time
}

// change says in a line what is new; restarted tells whether another process
// is reached from here on.
func change(prev, next *corev1.Pod, names []string, now time.Time) (text string, restarted bool) {
	if prev.UID != next.UID {
		return replaced(prev, next, names, now), true
	}
	for _, name := range names {
		a, b := statusOf(prev, name), statusOf(next, name)
		if a == nil || b == nil {
			continue
		}
		if a.ContainerID != "" && (a.ContainerID != b.ContainerID || a.RestartCount != b.RestartCount) {
			return prefix(name, names) + restart(b, limit(next, name), now), true
		}
	}
	return note(prev, next, names), false
}

// restart is "restarted 14:02, OOMKilled, exit 137, limit 512 MiB".
func restart(s *corev1.ContainerStatus, limit int64, now time.Time) string {
	parts := []string{}
	t := s.LastTerminationState.Terminated
	switch {
	case t != nil && !t.FinishedAt.IsZero():
		parts = append(parts, "restarted "+clock(t.FinishedAt.Time, now))
	case !started(s).IsZero():
		parts = append(parts, "restarted "+clock(started(s), now))
	default:
		parts = append(parts, "restarted")
	}
	if t != nil {
		why := *t
		why.FinishedAt.Reset()
		parts = append(parts, exit(&why, now))
	}
	if limit > 0 {
		parts = append(parts, "limit "+iec(limit))
	}
	return strings.Join(parts, ", ")
}

func replaced(prev, next *corev1.Pod, names []string, now time.Time) string {
	text := fmt.Sprintf("pod %s replaced by %s", clean(prev.Name), clean(next.Name))
	if prev.Name == next.Name {
		text = fmt.Sprintf("pod %s was created again", clean(next.Name))
	}
	if was, is := podVersion(prev), podVersion(next); was != is && was != "" && is != "" {
		text += fmt.Sprintf(", version %s, was %s", is, was)
	}
	if r := clean(prev.Status.Reason); r != "" { // "Evicted", "NodeLost"
		text += ", " + r
	}
	for _, name := range names {
		if s := statusOf(prev, name); s != nil && s.State.Terminated != nil {
			return text + ", " + prefix(name, names) + exit(s.State.Terminated, now)
		}
	}
	return text
}

// note says what is new of the same process, empty if it is not worth a line.
func note(prev, next *corev1.Pod, names []string) string {
	if prev.DeletionTimestamp == nil && next.DeletionTimestamp != nil {
		return fmt.Sprintf("pod %s is being deleted, its successor comes next", clean(next.Name))
	}
	for _, name := range names {
		if !looping(prev, name) && looping(next, name) {
			return prefix(name, names) + "crash-looping, " + trouble(next, name) + "; started again after a pause of up to 5 minutes"
		}
		if was, is := limit(prev, name), limit(next, name); was != is && was > 0 && is > 0 {
			return fmt.Sprintf("%smemory limit is %s now, was %s", prefix(name, names), iec(is), iec(was))
		}
	}
	return ""
}

func looping(pod *corev1.Pod, name string) bool {
	s := statusOf(pod, name)
	return s != nil && s.State.Waiting != nil && s.State.Waiting.Reason == "CrashLoopBackOff"
}

// prefix names the container where it is not plain which is meant.
func prefix(name string, names []string) string {
	if len(names) < 2 {
		return ""
	}
	return "container " + clean(name) + " "
}
