package kube

import (
	"strconv"
	"strings"

	"github.com/leaktop/leaktop/source/kube/fault"

	"k8s.io/apimachinery/pkg/util/validation"
)

// Ref names a pod, or an object that has pods, and a port.
type Ref struct {
	// Kind is a kind's short name from the table in kind.go: "pod", "deploy",
	// "svc". Empty means the pods that [Options.Selector] selects, or without one all
	// of [Options.Namespace].
	Kind string
	Name string
	// Port is a number or the name of a declared port; if it is empty, the ports of
	// [podstate.Watched.Ports] are tried.
	Port string
	// Bare says that no kind was given: if there is no pod of the name, a workload or
	// a service may be meant.
	Bare bool
}

// String returns the form that ParseRef parses: "deploy/checkout:6060".
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

// IsRef reports whether s names a kind that leaktop knows: "deploy/checkout" does,
// "example.com/debug" does not. A bare pod name cannot be distinguished from a host.
func IsRef(s string) bool {
	name, _, ok := strings.Cut(s, "/")
	return ok && kindOf(name) != nil
}

// ParseRef parses "KIND/NAME[:PORT]" with kubectl's kinds and aliases,
// "NAME[:PORT]" for a pod, and "" or ":PORT" for pods chosen by a selector. The
// error is a [fault.Error] that shows what a reference looks like.
func ParseRef(s string) (Ref, error) {
	const like = "write it as pod/NAME, deploy/NAME:6060 or svc/NAME:http"
	bad := func(format string, args ...any) (Ref, error) { return Ref{}, fault.New(nil, like, format, args...) }
	rest, port, hasPort := strings.Cut(s, ":")
	if hasPort && !validPort(port) {
		return bad("%q is neither a port number nor a port's name", fault.CleanText(port))
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
		return bad("leaktop knows no kind %q, only %s", fault.CleanText(kindName), strings.Join(Kinds(), ", "))
	}
	if problems := validation.IsDNS1123Subdomain(name); len(problems) > 0 {
		return bad("%q can't be the name of a %s", fault.CleanText(name), k.long)
	}
	return Ref{Kind: k.short, Name: name, Port: port, Bare: !hasKind}, nil
}

func validPort(s string) bool {
	if n, err := strconv.Atoi(s); err == nil {
		return n > 0 && n < 1<<16
	}
	return len(validation.IsValidPortName(s)) == 0
}

// Kinds lists the kinds that a reference can name, by their short names.
func Kinds() []string {
	names := make([]string, 0, len(kinds))
	for _, k := range kinds {
		names = append(names, k.short)
	}
	return names
}
