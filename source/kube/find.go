package kube

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/leaktop/leaktop/source/kube/podstate"

	"github.com/leaktop/leaktop/source/kube/fault"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Find lists the pods that the reference may mean, the best first: running ones, of
// these the one with the most restarts, then ready ones, then the oldest. If none is
// running, it may be one that is about to restart. It fails with a [fault.Error] if none
// can be watched.
func (c *Cluster) Find(ctx context.Context, ref Ref) ([]Candidate, error) {
	what := ref.String()
	switch {
	case ref.Name == "" && c.selector != "":
		what = "pods with " + c.selector
	case ref.Name == "":
		what = "pods"
	}
	list, port, err := c.lookUp(ctx, ref)
	of := ""
	if apierrors.IsNotFound(err) && ref.Bare {
		if other := c.otherKind(ctx, kindOf(ref.Kind), ref); other != nil {
			meant := Ref{Kind: other.short, Name: ref.Name, Port: ref.Port}
			of = meant.String()
			list, port, err = c.lookUp(ctx, meant)
		}
	}
	if err != nil {
		return nil, c.explainFind(ctx, what, ref, err)
	}
	if len(list) == 0 {
		return nil, c.errNoPods(ctx, what)
	}
	if list, err = c.selectContainer(what, list); err != nil {
		return nil, err
	}
	all := sortedCandidates(list, port, time.Now())
	for i := range all {
		all[i].Of = of
	}
	if !all[0].Usable() && !all[0].IsAwaitable() {
		return nil, errUnusable(what, all)
	}
	if _, err := podstate.PortsFor(all[0].pod, port); err != nil {
		return nil, err
	}
	return all, nil
}

// lookUp reads the pods, and the port after a service's mapping.
func (c *Cluster) lookUp(ctx context.Context, ref Ref) ([]corev1.Pod, string, error) {
	k := kindOf(ref.Kind)
	switch {
	case ref.Name == "" && c.selector == "" && !c.wholeNamespace:
		return nil, "", fault.New(nil, "write deploy/NAME, or select by labels with -l app=NAME", "find pods: neither a name nor a selector is given")
	case ref.Name == "":
		list, err := c.podsBy(ctx, c.namespace, c.selector)
		return list, ref.Port, err
	case k == nil:
		return nil, "", fault.New(nil, "", "find %s: unknown kind %q; leaktop knows %s", ref, ref.Kind, strings.Join(Kinds(), ", "))
	case k.short == "pod":
		pod, err := c.podNamed(ctx, c.namespace, ref.Name)
		return []corev1.Pod{*pod}, ref.Port, err
	case k.short == "svc":
		return c.podsOfService(ctx, ref)
	}
	list, err := c.podsOf(ctx, k, c.namespace, ref.Name)
	return list, ref.Port, err
}

func (c *Cluster) podsBy(ctx context.Context, namespace, selector string) ([]corev1.Pod, error) {
	var list corev1.PodList
	err := c.api.listObjects(ctx, podResource, namespace, selector, &list)
	for i := range list.Items {
		c.markContainer(&list.Items[i])
	}
	return list.Items, err
}

func (c *Cluster) podNamed(ctx context.Context, namespace, name string) (*corev1.Pod, error) {
	var pod corev1.Pod
	err := c.api.getObject(ctx, podResource, namespace, name, &pod)
	c.markContainer(&pod)
	return &pod, err
}

// podsOf reads the pods of a workload by its selector. If reading the workload is
// forbidden, it searches the owners of all pods for the name.
func (c *Cluster) podsOf(ctx context.Context, k *kind, namespace, name string) ([]corev1.Pod, error) {
	selector, ns, err := c.selectorOf(ctx, k, namespace, name)
	if err == nil {
		return c.podsBy(ctx, ns, selector)
	}
	if !apierrors.IsForbidden(err) {
		return nil, err
	}
	all, listErr := c.podsBy(ctx, namespace, "")
	if listErr != nil {
		return nil, err
	}
	var own []corev1.Pod
	for _, pod := range all {
		if o := (owner{k.object, name}); o == ownerOf(&pod) || o == controllerOf(&pod) {
			own = append(own, pod)
		}
	}
	return own, nil
}

// selectorOf reads the label selector of a workload, and its namespace.
func (c *Cluster) selectorOf(ctx context.Context, k *kind, namespace, name string) (selector, ns string, err error) {
	var workload struct {
		metav1.ObjectMeta `json:"metadata"`
		Spec              struct {
			Selector *metav1.LabelSelector `json:"selector"`
		} `json:"spec"`
	}
	if err := c.api.getObject(ctx, k.resource, namespace, name, &workload); err != nil {
		return "", "", err
	}
	s, err := metav1.LabelSelectorAsSelector(workload.Spec.Selector)
	if err != nil || s.Empty() || s.String() == "" { // "" would select nothing
		return "", "", fault.New(err, "name one of its pods instead", "find %s: the %s %s has no usable selector", name, k.long, name)
	}
	return s.String(), workload.Namespace, nil
}

func (c *Cluster) podsOfService(ctx context.Context, ref Ref) ([]corev1.Pod, string, error) {
	var svc corev1.Service
	if err := c.api.getObject(ctx, kindOf("svc").resource, c.namespace, ref.Name, &svc); err != nil {
		return nil, "", err
	}
	if len(svc.Spec.Selector) == 0 {
		return nil, "", fault.New(nil, "name a pod or a workload instead, as in deploy/NAME", "find %s: the service selects no pods by label", ref)
	}
	list, err := c.podsBy(ctx, svc.Namespace, labels.SelectorFromSet(svc.Spec.Selector).String())
	return list, targetPort(&svc, ref.Port), err
}

// targetPort returns the pods' port behind a service's port. A port that the service
// does not have is assumed to be one of the pods'.
func targetPort(svc *corev1.Service, port string) string {
	for _, p := range svc.Spec.Ports {
		if port == "" || p.Name != port && strconv.Itoa(int(p.Port)) != port {
			continue
		}
		if p.TargetPort == (intstr.IntOrString{}) {
			return strconv.Itoa(int(p.Port))
		}
		return p.TargetPort.String()
	}
	return port
}

// errNoPods returns the error for finding no pods. It checks whether the namespace is
// the reason.
func (c *Cluster) errNoPods(ctx context.Context, what string) error {
	if err := c.noNamespace(ctx, what); err != nil {
		return err
	}
	return fault.New(nil, "see kubectl get pods"+c.namespaceFlag(), "find %s: there are no pods%s", what, c.inNamespace())
}

func (c *Cluster) explainFind(ctx context.Context, what string, ref Ref, err error) error {
	k := kindOf(ref.Kind)
	switch {
	case apierrors.IsNotFound(err) && k != nil:
		if err := c.noNamespace(ctx, what); err != nil {
			return err
		}
		if other := c.otherKind(ctx, k, ref); other != nil {
			meant := Ref{Kind: other.short, Name: ref.Name, Port: ref.Port}
			return fault.New(err, "write "+meant.String(), "find %s: there is no pod %s%s, but a %s", what, ref.Name, c.inNamespace(), other.long)
		}
		next := "see kubectl get " + k.plural + c.namespaceFlag() + ", or choose another namespace with -n"
		return fault.New(err, next, "find %s: there is no %s %s%s", what, k.long, ref.Name, c.inNamespace())
	case apierrors.IsForbidden(err) && k == nil:
		next := "name a pod as in pod/NAME, which needs no list, or ask an administrator for a Role with get and list on pods, and get and create on pods/portforward"
		return fault.New(err, next, "find %s: %s", what, fault.Text(err))
	case apierrors.IsForbidden(err) && k != nil && k.short != "pod":
		next := "name a pod instead, as in pod/NAME, which needs no more than get on pods and get and create on pods/portforward"
		return fault.New(err, next, "find %s: %s", what, fault.Text(err))
	}
	return c.output.AddLastWords(fault.Explain("find "+what, err))
}

// otherKind finds a workload with the name that was given as a pod's, or nil. Using
// the bare name of a deployment is an easy mistake.
func (c *Cluster) otherKind(ctx context.Context, k *kind, ref Ref) *kind {
	if k.short != "pod" {
		return nil
	}
	for _, short := range []string{"deploy", "sts", "ds", "job", "rs", "svc"} {
		k := kindOf(short)
		if c.api.getObject(ctx, k.resource, c.namespace, ref.Name, &metav1.PartialObjectMetadata{}) == nil {
			return k
		}
	}
	return nil
}

// noNamespace returns an error if the namespace is known not to exist.
func (c *Cluster) noNamespace(ctx context.Context, what string) error {
	if c.namespace == "" {
		return nil
	}
	err := c.api.getObject(ctx, namespaceResource, "", c.namespace, &corev1.Namespace{})
	if !apierrors.IsNotFound(err) {
		return nil // it exists, or reading it is forbidden
	}
	return fault.New(err, "see kubectl get namespaces, or choose another context with --context", "find %s: there is no namespace %s in this cluster", what, c.namespace)
}

// inNamespace returns " in namespace shop", for sentences.
func (c *Cluster) inNamespace() string {
	if c.namespace == "" {
		return ""
	}
	return " in namespace " + c.namespace
}

// namespaceFlag returns " -n shop", for commands.
func (c *Cluster) namespaceFlag() string {
	return strings.Replace(c.inNamespace(), " in namespace ", " -n ", 1)
}
