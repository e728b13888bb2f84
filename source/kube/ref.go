package kube

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
)

// Ref names a pod, or something that has pods, and a port.
type Ref struct {
	// Kind is a kind's short name from the table in kind.go: "pod", "deploy",
	// "svc". Empty means the pods that [Options.Selector] selects.
	Kind string
	Name string
	// Port is a number or the name of a declared port; empty means that
	// [Pod.Ports] says what to try.
	Port string
}

// String is the way that ParseRef reads: "deploy/checkout:6060".
func (r Ref) String() string {
	s := r.Name
	if r.Kind != "" {
		s = r.Kind + "/" + r.Name
	}
	if r.Port != "" {
		s += ":" + r.Port
	}
	return s
}

// IsRef tells whether s names a kind that leaktop knows: "deploy/checkout" does,
// "example.com/debug" does not. A bare pod name can't be told from a host.
func IsRef(s string) bool {
	name, _, ok := strings.Cut(s, "/")
	return ok && kindOf(name) != nil
}

// ParseRef reads "KIND/NAME[:PORT]" with the kinds and aliases that kubectl
// knows, "NAME[:PORT]" for a pod, and "" or ":PORT" for pods chosen by a
// selector. Its errors say what a reference looks like.
func ParseRef(s string) (Ref, error) {
	const like = "write it as pod/NAME, deploy/NAME:6060 or svc/NAME:http"
	rest, port, hasPort := strings.Cut(s, ":")
	if hasPort && !validPort(port) {
		return Ref{}, fmt.Errorf("read %q: %q is neither a port number nor a port's name; %s", clean(s), clean(port), like)
	}
	if rest == "" {
		return Ref{Port: port}, nil
	}
	kindName, name, hasKind := strings.Cut(rest, "/")
	if !hasKind {
		kindName, name = "pod", rest
	}
	k := kindOf(kindName)
	if k == nil {
		return Ref{}, fmt.Errorf("read %q: leaktop knows no kind %q, only %s; %s", clean(s), clean(kindName), kindNames(), like)
	}
	if problems := validation.IsDNS1123Subdomain(name); len(problems) > 0 {
		return Ref{}, fmt.Errorf("read %q: %q can't be the name of a %s; %s", clean(s), clean(name), k.long, like)
	}
	return Ref{Kind: k.short, Name: name, Port: port}, nil
}

func validPort(s string) bool {
	if n, err := strconv.Atoi(s); err == nil {
		return n > 0 && n < 1<<16
	}
	return len(validation.IsValidPortName(s)) == 0
}

func kindNames() string {
	var names []string
	for _, k := range kinds {
		names = append(names, k.short)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
