package kube

import (
	"context"
	"time"

	quantity "k8s.io/apimachinery/pkg/api/resource"
)

const (
	// measureEvery is how often the working set is asked for. metrics-server
	// itself looks every 15 to 60 s.
	measureEvery = 30 * time.Second
	// measureRarely is how often it is asked whether it is served by now.
	measureRarely = 10 * time.Minute
)

// usage is the part of metrics.k8s.io/v1beta1 PodMetrics that we read. The
// type's own module would be one more dependency.
type usage struct {
	Timestamp  time.Time `json:"timestamp"`
	Containers []struct {
		Name  string `json:"name"`
		Usage struct {
			Memory quantity.Quantity `json:"memory"`
		} `json:"usage"`
	} `json:"containers"`
}

// measure asks for the working set now and then, and is silent where it is not
// served or forbidden.
func (p *Pod) measure(ctx context.Context) {
	pause := measureEvery
	for ctx.Err() == nil {
		if p.measureOnce(ctx) {
			pause = measureEvery
		} else {
			pause = min(2*pause, measureRarely)
		}
		sleep(ctx, pause)
	}
}

func (p *Pod) measureOnce(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	pod := p.now()
	var u usage
	if err := p.cluster.api.get(ctx, podMetrics, pod.Namespace, pod.Name, &u); err != nil {
		return false
	}
	name := p.container()
	for _, c := range u.Containers {
		if c.Name == name && c.Usage.Memory.Value() > 0 {
			p.measuredAs(pod.Name, uint64(c.Usage.Memory.Value()), u.Timestamp)
			return true
		}
	}
	return false
}

func (p *Pod) measuredAs(name string, bytes uint64, at time.Time) {
	p.order.Lock()
	defer p.order.Unlock()
	p.mu.Lock()
	began := started(statusOf(p.pod, containerBehind(p.pod, p.port, p.wanted)))
	fresh := p.pod.Name == name && at.After(p.measured) && !at.Before(began) // else it is of the process before
	if fresh {
		p.workingSet, p.measured = bytes, at
	}
	u := p.update()
	p.mu.Unlock()
	if fresh {
		p.send(u)
	}
}
