package kube

import "time"

// timeouts has timeouts and intervals, which tests shorten.
type timeouts struct {
	// statusLag is how long after the end of a process the API may still show it as
	// running: the kubelet checks once a second, then writes the status.
	statusLag time.Duration
	// lookInterval is the time between two requests while a connection settles.
	lookInterval time.Duration
	// dialTimeout bounds one dial: an http.Transport continues it for later requests after
	// the one that it was for has given up, without its deadline.
	dialTimeout time.Duration
	// answerTimeout is how long to wait for a response before repeating the request on a
	// new connection. After a laptop's sleep or a lost NAT entry the old one stays
	// silent, and HTTP/2 takes 45 s to notice.
	answerTimeout time.Duration
	// minReloadInterval is the minimum time between two readings of the kubeconfig because of
	// refused credentials.
	minReloadInterval time.Duration
	// pollInterval is how often a pod is read if watching it is forbidden.
	pollInterval time.Duration
	// measure is how often the working set is requested. metrics-server itself
	// measures every 15 to 60 s.
	measure time.Duration
	// remeasure is how often it is requested until there is a figure for a process
	// that has just started.
	remeasure time.Duration
	// await is how long to wait for a container without a process. The kubelet pauses
	// up to five minutes between two starts.
	await time.Duration
	// plugin is how long a credential plugin may run while the cluster is watched,
	// when no user can answer its prompts.
	plugin time.Duration
	// successorInterval is how often to search for the successor of a pod.
	successorInterval time.Duration
	// siblingWait is how long to wait for a pod created after ours before using one that
	// existed already.
	siblingWait time.Duration
}

func defaultTimeouts() *timeouts {
	return &timeouts{
		statusLag: 3 * time.Second, lookInterval: 200 * time.Millisecond,
		dialTimeout: 15 * time.Second, answerTimeout: 2 * time.Second, minReloadInterval: 2 * time.Second,
		pollInterval: 5 * time.Second, measure: 30 * time.Second, remeasure: 10 * time.Second, await: 10 * time.Minute,
		plugin:            time.Minute,
		successorInterval: 300 * time.Millisecond, siblingWait: 5 * time.Second,
	}
}
