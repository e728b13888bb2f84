package source

import (
	"errors"
	"strings"

	"github.com/leaktop/leaktop/source/kube"
)

func parseKube(arg string) (Target, error) {
	ref, err := kube.ParseRef(arg)
	if e, ok := errors.AsType[*kube.Error](err); ok {
		kind, _, _ := strings.Cut(arg, "/")
		return Target{}, refuse(arg, e.Text, strings.ToLower(kind)+"/checkout:6060")
	}
	return Target{Scheme: SchemeKube, Name: ref.String(), Kube: ref}, err
}

func isPodName(arg string) bool {
	ref, err := kube.ParseRef(arg)
	return err == nil && ref.Name != "" && ref.Port == ""
}

func parsePodName(arg string) (Target, error) { return parseKube("pod/" + arg) }

// SelectTarget is the target that a label selector means: any pod that it
// selects. The arguments may hold a port, ":6060" or ":pprof".
func SelectTarget(selector string, args []string) (Target, error) {
	const example = "-l app=checkout :6060"
	switch {
	case len(args) > 1:
		return Target{}, refuse(args[1], "is one target too many beside a selector", example)
	case len(args) == 1 && !strings.HasPrefix(args[0], ":"):
		return Target{}, refuse(args[0], "says which pod, and so does the selector: leave one of them out", example)
	}
	ref, err := kube.ParseRef(strings.Join(args, ""))
	if e, ok := errors.AsType[*kube.Error](err); ok {
		return Target{}, refuse(args[0], e.Text, example)
	}
	return Target{Scheme: SchemeKube, Name: clean("pods with "+selector+ref.String(), 200), Kube: ref}, err
}
