package kube

import (
	"context"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// Switch continues with another pod and its port, chosen by the user. It is reported
// like a replacement: nothing is compared across it.
func (p *Pod) Switch(to Candidate, port Port) {
	p.applyPod(to.pod, "", func() string {
		p.port, p.wanted = port, to.port
		return "switched to pod " + to.Name
	})
}

// Siblings lists the pods of the same owner, including this one, the best first. The
// error is an [Error].
func (p *Pod) Siblings(ctx context.Context) ([]Candidate, error) {
	pod := p.currentPod()
	what := "find pods other than " + pod.Name
	o := ownerOf(pod)
	if o == (owner{}) {
		return nil, newError(nil, "start leaktop with another pod, or with -l and a label that several pods have", "%s: it has no owner", what)
	}
	list, err := p.cluster.listSiblings(ctx, pod, o)
	if apierrors.IsForbidden(err) {
		return nil, newError(err, "start leaktop with another pod's name, or request permission to list pods", "%s: %s", what, errorText(err))
	}
	if err != nil {
		return nil, p.cluster.output.addLastWords(explainError(what, err))
	}
	return sortedCandidates(list, p.wantedPort(), time.Now()), nil
}

// wantedPort returns the port that was asked for.
func (p *Pod) wantedPort() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.wanted
}

// Port returns the chosen port; its number is 0 before the choice.
func (p *Pod) Port() Port {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.port
}
