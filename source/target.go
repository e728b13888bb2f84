package source

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/leaktop/leaktop/source/kube"
)

// Target is what the user wants to watch, as [ParseTarget] understood it.
type Target struct {
	// Scheme says how it is opened: one of the Scheme constants.
	Scheme string
	// Name is the target as it may be shown: without user, password and query.
	Name string
	// URL is where the service is; for SchemeUnix and SchemeKube only its path
	// counts. That is the prefix under which /debug/pprof/ is looked for. No user,
	// no query.
	URL *url.URL
	// Socket is the path of the socket, for SchemeUnix.
	Socket string
	// Kube is the pod or what owns pods, for SchemeKube; without a name it is
	// what the selector of [Options] selects.
	Kube kube.Ref
	// Paths are files and folders that exist, for SchemeFile.
	Paths []string

	// auth is the user:password@ of a URL. It is a pointer so that no print of
	// a Target can show what it holds.
	auth *credentials
}

// The schemes of a Target.
const (
	SchemeHTTP = "http" // http and https
	SchemeUnix = "unix" // HTTP over a unix socket
	SchemeKube = "kube" // a pod, or what owns pods
	SchemeFile = "file" // recordings, profiles, folders of them
)

type credentials struct{ user, password string }

// withPrefix is how the target is written with a prefix of pprof's pages.
func (t Target) withPrefix() string {
	switch t.Scheme {
	case SchemeKube:
		return "pod/NAME:" + t.URL.Port() + "/PREFIX"
	case SchemeUnix:
		return "unix:" + clean(t.Socket, 200) + ":/PREFIX"
	}
	return t.URL.Scheme + "://" + t.URL.Host + "/PREFIX"
}

// String is the name, so that a printed target holds no secret.
func (t Target) String() string { return t.Name }

// ParseTarget understands one target argument of the command line. What it
// refuses is a [*TargetError].
func ParseTarget(arg string) (Target, error) {
	for _, s := range schemes {
		if s.match(arg) {
			return s.parse(arg)
		}
	}
	return Target{}, refuse(arg, "is not a URL, a host:port, a Kubernetes object or a file that exists", "localhost:6060")
}

// ParseTargets understands the target arguments of the command line: one of
// any scheme, or several files and folders.
func ParseTargets(args []string) (Target, error) {
	if len(args) == 0 {
		return Target{}, &TargetError{Why: "there is none", Example: "localhost:6060"}
	}
	all, err := ParseTarget(args[0])
	if err != nil || len(args) == 1 {
		return all, err
	}
	for _, arg := range args[1:] {
		t, err := ParseTarget(arg)
		if err != nil {
			return Target{}, err
		}
		if t.Scheme != SchemeFile || all.Scheme != SchemeFile {
			return Target{}, refuse(arg, "is one target too many: only files can be several", "before.pb.gz after.pb.gz")
		}
		all.Paths = append(all.Paths, t.Paths...)
	}
	all.Name = fmt.Sprintf("%s and %d more", all.Name, len(args)-1)
	return all, nil
}

// TargetError says why an argument is no target, and what one looks like.
type TargetError struct {
	Arg     string // as it may be shown; empty if there was none
	Why     string // goes on from the argument: "has no port"
	Example string // an argument that would do
}

// Error is one sentence and an example.
func (e *TargetError) Error() string {
	arg := "target"
	if e.Arg != "" {
		arg = fmt.Sprintf("target %q", e.Arg)
	}
	return fmt.Sprintf("%s: %s; for example: leaktop %s", arg, e.Why, e.Example)
}

func refuse(arg, why, example string) error {
	return &TargetError{Arg: shown(arg), Why: why, Example: clean(example, 80)}
}

// userinfo finds what may hold a password, also in what is no proper URL.
var userinfo = regexp.MustCompile(`^([a-zA-Z][a-zA-Z0-9+.-]*:/*)?.*@`)

// shown is an argument without what may be secret in it, and not too long.
func shown(arg string) string {
	arg, _, query := strings.Cut(arg, "?")
	arg = userinfo.ReplaceAllString(arg, "${1}…@")
	if query {
		arg += "?…"
	}
	return clip(arg, 80)
}
