package kube

import "time"

// pace has timeouts and intervals, which tests shorten.
type pace struct {
	// settle is how long after the end of a process the API may still show it as
	// running: the kubelet checks once a second, then writes the status.
	settle time.Duration
	// step is the time between two requests while a connection settles.
	step time.Duration
	// dial bounds one dial: an http.Transport continues it for later requests after
	// the one that it was for has given up, without its deadline.
	dial time.Duration
	// patience is how long to wait for a response before repeating the request on a
	// new connection. After a laptop's sleep or a lost NAT entry the old one stays
	// silent, and HTTP/2 takes 45 s to notice.
	patience time.Duration
	// reload is the minimum time between two readings of the kubeconfig because of
	// refused credentials.
	reload time.Duration
	// poll is how often a pod is read if watching it is forbidden.
	poll time.Duration
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
	// seek is how often to search for the successor of a pod.
	seek time.Duration
	// sibling is how long to wait for a pod created after ours before using one that
	// existed already.
	sibling time.Duration
}

func usualPace() *pace {
	return &pace{
		settle: 3 * time.Second, step: 200 * time.Millisecond,
		dial: 15 * time.Second, patience: 2 * time.Second, reload: 2 * time.Second,
		poll: 5 * time.Second, measure: 30 * time.Second, remeasure: 10 * time.Second, await: 10 * time.Minute,
		plugin: time.Minute,
		seek:   300 * time.Millisecond, sibling: 5 * time.Second,
	}
}
