package source

import (
	"regexp"
	"strings"
)

// kubeKinds maps what kubectl's users write to the kind in KubeObject.
var kubeKinds = map[string]string{
	"pod": "pod", "pods": "pod", "po": "pod",
	"deploy": "deploy", "deployment": "deploy", "deployments": "deploy", "deployment.apps": "deploy",
	"sts": "sts", "statefulset": "sts", "statefulsets": "sts", "statefulset.apps": "sts",
	"ds": "ds", "daemonset": "ds", "daemonsets": "ds", "daemonset.apps": "ds",
	"job": "job", "jobs": "job", "job.batch": "job",
	"svc": "svc", "service": "svc", "services": "svc",
}

var (
	// Names by RFC 1123, as Kubernetes validates them.
	objectName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$`)
	podName    = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,251}[a-z0-9])?$`)
	// A port's name by RFC 6335.
	portName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?$`)
)

func isKube(arg string) bool {
	kind, _, found := strings.Cut(arg, "/")
	return found && kubeKinds[strings.ToLower(kind)] != ""
}

func parseKube(arg string) (Target, error) {
	kind, rest, _ := strings.Cut(arg, "/")
	name, port, hasPort := strings.Cut(rest, ":")
	o := KubeObject{Kind: kubeKinds[strings.ToLower(kind)], Name: name, Port: port}
	switch {
	case !objectName.MatchString(name):
		return Target{}, refuse(arg, "has no name as Kubernetes allows it after "+clip(kind, 20)+"/", o.Kind+"/checkout")
	case hasPort && !validPort(port) && !(portName.MatchString(port) && strings.ContainsFunc(port, isLetter)):
		return Target{}, refuse(arg, "a port is a number from 1 to 65535 or the name of a port", o.Kind+"/"+name+":6060")
	}
	return Target{Scheme: SchemeKube, Name: o.String(), Kube: o}, nil
}

func isLetter(r rune) bool { return 'a' <= r && r <= 'z' }

// String writes it as the user would: deploy/checkout:6060.
func (o KubeObject) String() string {
	s := o.Kind + "/" + o.Name
	if o.Port != "" {
		s += ":" + o.Port
	}
	return s
}

func isPodName(arg string) bool { return podName.MatchString(arg) }

func parsePodName(arg string) (Target, error) { return parseKube("pod/" + arg) }
