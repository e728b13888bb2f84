package kube

import "time"

// pace is how long things are waited for.
type pace struct {
	// settle is how long after the end of a process the API may still show it
	// as running: the kubelet looks once a second, then writes the status.
	settle time.Duration
	// step is the time between two looks while a connection settles.
	step time.Duration
	// dial bounds one dial: an http.Transport goes on with it for later requests
	// after the one that it was for gave up, and without its deadline.
	dial time.Duration
	// patience is how long an answer is waited for before the same is asked on
	// a new connection. After a laptop's sleep or a lost NAT entry the old one
	// stays silent, and HTTP/2 takes 45 s to notice.
	patience time.Duration
	// reload is the least time between two readings of the kubeconfig because
	// the credentials were refused.
	reload time.Duration
	// poll is how often a pod is read that may not be watched.
	poll time.Duration
	// measure is how often the working set is asked for. metrics-server itself
	// looks every 15 to 60 s.
	measure time.Duration
	// remeasure is how often it is asked for until there is a figure of a process
	// that just started.
	remeasure time.Duration
	// await is how long a container without a process is waited for. The kubelet
	// pauses for up to five minutes between two starts.
	await time.Duration
	// seek is how often the successor of a pod is looked for.
	seek time.Duration
	// sibling is how long a pod made after ours is waited for before one that
	// was there already is taken.
	sibling time.Duration
}

func usualPace() *pace {
	return &pace{
		settle: 3 * time.Second, step: 200 * time.Millisecond,
		dial: 15 * time.Second, patience: 2 * time.Second, reload: 2 * time.Second,
		poll: 5 * time.Second, measure: 30 * time.Second, remeasure: 10 * time.Second, await: 10 * time.Minute,
		seek: 300 * time.Millisecond, sibling: 5 * time.Second,
	}
}
