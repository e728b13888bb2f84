package target

import (
	"errors"
	"strings"

	"github.com/leaktop/leaktop/source/kube/fault"

	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/source/kube"
)

func parseKube(arg string) (Target, error) {
	kind, _, _ := strings.Cut(arg, "/")
	return parsePods(arg, strings.ToLower(kind)+"/checkout:6060")
}

// parsePods parses a reference that may be followed by a port and the prefix of
// pprof's pages: "deploy/checkout:6060/admin".
func parsePods(arg, example string) (Target, error) {
	ref, under := arg, ""
	if name, behind, found := strings.Cut(arg, ":"); found {
		port, path, _ := strings.Cut(behind, "/")
		ref, under = name+":"+port, "/"+path
	}
	page, err := parseURL("http://localhost" + under)
	if err != nil {
		return Target{}, newError(arg, "the port must be followed by a plain URL path", example+"/admin")
	}
	t := Target{Scheme: SchemeKube, URL: page.URL}
	t.Kube, err = kube.ParseRef(ref)
	if e, ok := errors.AsType[*fault.Error](err); ok {
		return Target{}, newError(arg, e.Text(), example)
	}
	t.Name = plain.Clip(t.Kube.String()+t.URL.EscapedPath(), 200)
	return t, err
}

func isPodName(arg string) bool {
	ref, err := kube.ParseRef(arg)
	return err == nil && ref.Name != "" && ref.Port == ""
}

func parsePodName(arg string) (Target, error) { return parsePods(arg, "pod/checkout:6060") }

// ParseInCluster parses the target arguments if flags select a cluster or a namespace:
// then NAME and NAME:PORT are pods, not hosts, and no argument, or only a port, means
// the pods of the namespace. Its error is an [*Error].
func ParseInCluster(k kube.Options, args []string) (Target, error) {
	inCluster := k.Namespace != "" || k.Context != "" || k.Kubeconfig != "" || k.Kubectl != "" || k.Container != ""
	switch {
	case k.Selector != "":
		return parseSelected(k.Selector, args)
	case k.Namespace != "" && (len(args) == 0 || len(args) == 1 && strings.HasPrefix(args[0], ":")):
		t, err := parsePods(strings.Join(args, ""), "-n "+k.Namespace+" deploy/checkout")
		t.Name = plain.Clip("pods in namespace "+k.Namespace+t.Name, 200)
		return t, err
	case inCluster && len(args) == 1 && isPodAndPort(args[0]) && !pathExists(args[0]):
		return parsePods(args[0], "pod/checkout:6060")
	}
	return ParseAll(args)
}

// isPodAndPort reports whether the argument may be NAME or NAME:PORT of a pod. A host
// that is used together with a cluster is assumed to have a dot in its name.
func isPodAndPort(arg string) bool {
	name, behind, _ := strings.Cut(arg, ":")
	if strings.HasPrefix(behind, "//") {
		return false // a URL
	}
	ref, err := kube.ParseRef(name)
	return err == nil && ref.Bare && name != "localhost" && !strings.ContainsAny(name, "./")
}

// parseSelected returns the target of a label selector: any pod that it selects. The
// arguments may contain a port, ":6060" or ":pprof".
func parseSelected(selector string, args []string) (Target, error) {
	const example = "-l app=checkout :6060"
	switch {
	case len(args) > 1:
		return Target{}, newError(args[1], "cannot be combined with a selector", example)
	case len(args) == 1 && !strings.HasPrefix(args[0], ":"):
		return Target{}, newError(args[0], "names a pod, and so does the selector: use only one of them", example)
	}
	t, err := parsePods(strings.Join(args, ""), example)
	if err != nil {
		return Target{}, err
	}
	t.Name = plain.Clip("pods with "+selector+t.Name, 200)
	return t, nil
}
