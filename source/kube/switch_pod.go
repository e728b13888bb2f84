package kube

import (
	"context"
	"time"

	"github.com/leaktop/leaktop/source/kube/podstate"

	"github.com/leaktop/leaktop/source/kube/fault"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// Switch continues with another pod and its port, chosen by the user. It is reported
// like a replacement: nothing is compared across it.
func (p *Pod) Switch(to Candidate, port podstate.Port) {
	p.applyPod(to.pod, "", func() string {
		p.watched.Port, p.watched.Wanted = port, to.port
		return "switched to pod " + to.Name
	})
}

// Siblings lists the pods of the same owner, including this one, the best first. The
// error is a [fault.Error].
func (p *Pod) Siblings(ctx context.Context) ([]Candidate, error) {
	pod := p.Watched().Pod
	what := "find pods other than " + pod.Name
	o := ownerOf(pod)
	if o == (owner{}) {
		return nil, fault.New(nil, "start leaktop with another pod, or with -l and a label that several pods have", "%s: it has no owner", what)
	}
	list, err := p.cluster.listSiblings(ctx, pod, o)
	if apierrors.IsForbidden(err) {
		return nil, fault.New(err, "start leaktop with another pod's name, or request permission to list pods", "%s: %s", what, fault.Text(err))
	}
	if err != nil {
		return nil, p.cluster.output.AddLastWords(fault.Explain(what, err))
	}
	return sortedCandidates(list, p.Watched().Wanted, time.Now()), nil
}
