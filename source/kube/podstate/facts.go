package podstate

import (
	"strconv"
	"strings"
	"time"

	"github.com/leaktop/leaktop/source/kube/fault"

	corev1 "k8s.io/api/core/v1"

	"github.com/leaktop/leaktop/profile"
)

// FactsOf returns what the pod's object says about the container behind the port.
func FactsOf(pod *corev1.Pod, port Port, wanted string, now time.Time) profile.Facts {
	name := containerBehind(pod, port, wanted)
	f := profile.Facts{
		Name:          fault.CleanText(nameWith(pod.Namespace+"/"+pod.Name, name, port)),
		Namespace:     fault.CleanText(pod.Namespace),
		Pod:           fault.CleanText(pod.Name),
		ContainerName: fault.CleanText(name),
		Node:          fault.CleanText(pod.Spec.NodeName),
		Created:       pod.CreationTimestamp.Time,
		Limit:         MemoryLimit(pod, name),
		Request:       memoryOf(pod, name, requestsOf),
	}
	f.Image, f.Version = imageVersion(pod, name)
	if f.Limit > 0 {
		f.LimitFrom = "pod"
	}
	if c := specOf(pod, name); c != nil {
		f.GoMemory = goMemory(pod, c)
	}
	if s := StatusOf(pod, name); s != nil {
		f.Restarts = max(0, int(s.RestartCount))
		f.Container = fault.CleanText(s.ContainerID)
		f.Start = containerStart(s)
		f.LastExit = DescribeLastExit(s, now)
	}
	return f
}

// nameWith returns the pod, its container and the port: "shop/checkout-7d9f6
// app:6060".
func nameWith(pod, container string, port Port) string {
	if port.Number > 0 {
		return pod + " " + container + ":" + strconv.Itoa(port.Number)
	}
	return strings.TrimSpace(pod + " " + container)
}

// imageVersion returns the image of the container and what distinguishes the pod's version
// from others of its workload: the image's tag or the start of its digest, or else
// the hash that a rollout gives its pods.
func imageVersion(pod *corev1.Pod, name string) (image, tag string) {
	if c := specOf(pod, name); c != nil {
		image = fault.CleanText(c.Image)
	}
	if repository, digest, ok := strings.Cut(image, "@sha256:"); ok {
		tag = digest[:min(len(digest), 12)]
		image = repository
	}
	if i := strings.LastIndexByte(image, ':'); i > strings.LastIndexByte(image, '/') {
		tag = image[i+1:]
	}
	if tag != "" && tag != "latest" {
		return image, tag
	}
	for _, l := range []string{"pod-template-hash", "rollouts-pod-template-hash", "controller-revision-hash"} {
		if hash := pod.Labels[l]; hash != "" {
			return image, fault.CleanText(hash)
		}
	}
	return image, tag
}

// podVersion returns the version of the pod's main container.
func podVersion(pod *corev1.Pod) string {
	_, tag := imageVersion(pod, MainContainer(pod))
	return tag
}

func specOf(pod *corev1.Pod, name string) *corev1.Container {
	all := lastingContainers(pod)
	for i := range all {
		if all[i].Name == name {
			return &all[i]
		}
	}
	return nil
}

func isReady(pod *corev1.Pod, name string) bool {
	s := StatusOf(pod, name)
	return s != nil && s.Ready
}

// MemoryLimit returns the memory limit of the container in bytes: the one in force, else
// the one in its spec, else the pod's. 0 means none.
func MemoryLimit(pod *corev1.Pod, name string) int64 { return memoryOf(pod, name, limitsOf) }

func limitsOf(r *corev1.ResourceRequirements) corev1.ResourceList   { return r.Limits }
func requestsOf(r *corev1.ResourceRequirements) corev1.ResourceList { return r.Requests }

func memoryOf(pod *corev1.Pod, name string, which func(*corev1.ResourceRequirements) corev1.ResourceList) int64 {
	var places []*corev1.ResourceRequirements
	if s := StatusOf(pod, name); s != nil {
		places = append(places, s.Resources)
	}
	if c := specOf(pod, name); c != nil {
		places = append(places, &c.Resources)
	}
	for _, r := range append(places, pod.Spec.Resources) {
		if r == nil {
			continue
		}
		if q, ok := which(r)[corev1.ResourceMemory]; ok {
			return max(0, q.Value())
		}
	}
	return 0
}
