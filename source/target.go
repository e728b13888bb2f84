package source

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/leaktop/leaktop/source/kube"
	"github.com/leaktop/leaktop/source/store"
)

// Target is what the user wants to watch, as parsed by [ParseTarget].
type Target struct {
	// Scheme is one of the Scheme constants.
	Scheme string
	// Name is the target as it may be shown, without user, password and query.
	Name string
	// URL is the URL of the service, without user and query. Its path is the prefix
	// of /debug/pprof/. For SchemeUnix and SchemeKube only the path is used.
	URL *url.URL
	// Socket is the path of the socket, for SchemeUnix.
	Socket string
	// Kube names a pod or an owner of pods, for SchemeKube. Without a name it means
	// the pods that the selector of [Options] selects.
	Kube kube.Ref
	// PID is the number of a process of this machine, for SchemeProcess.
	PID int
	// Paths are existing files and folders, for SchemeFile.
	Paths []string
	// Selector chooses a service in a store, for SchemeParca and SchemePyroscope.
	Selector store.Selector

	// auth is the user:password@ of a URL. It is a pointer so that printing a
	// Target cannot reveal it.
	auth *credentials
}

// The schemes of a Target.
const (
	SchemeHTTP = "http" // http and https
	SchemeUnix = "unix" // HTTP over a unix socket
	SchemeKube = "kube" // a pod, or an owner of pods
	SchemeFile = "file" // recordings, profiles, folders of them

	SchemeParca     = "parca"     // what a Parca server has kept
	SchemePyroscope = "pyroscope" // what a Pyroscope server has kept

	SchemeProcess = "pid" // a process of this machine, at the port that serves pprof
)

type credentials struct{ user, password string }

// withRootPath returns the form of the target with a prefix of pprof's pages.
func (t Target) withRootPath() string {
	switch t.Scheme {
	case SchemeKube:
		return "pod/NAME:" + t.URL.Port() + "/PREFIX"
	case SchemeUnix:
		return "unix:" + cleanText(t.Socket, 200) + ":/PREFIX"
	}
	return t.URL.Scheme + "://" + t.URL.Host + "/PREFIX"
}

// String returns the name, so that a printed target reveals no secrets.
func (t Target) String() string { return t.Name }

// ParseTarget parses one target argument of the command line. The error is a
// [*TargetError].
func ParseTarget(arg string) (Target, error) {
	for _, s := range schemes {
		if s.match(arg) {
			return s.parse(arg)
		}
	}
	return Target{}, targetError(arg, "is not a URL, a host:port, a Kubernetes object or an existing file", "localhost:6060")
}

// ParseTargets parses the target arguments of the command line: one of any scheme,
// or several files and folders.
func ParseTargets(args []string) (Target, error) {
	if len(args) == 0 {
		return Target{}, &TargetError{Why: "no target given", Example: "localhost:6060"}
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
			return Target{}, targetError(arg, "is one target too many: only files can be combined", "before.pb.gz after.pb.gz")
		}
		all.Paths = append(all.Paths, t.Paths...)
	}
	all.Name = fmt.Sprintf("%s and %d more", all.Name, len(args)-1)
	return all, nil
}

// TargetError reports why an argument is not a target, with an example of one.
type TargetError struct {
	Arg     string // as it may be shown; empty if there was none
	Why     string // continues the sentence after the argument: "has no port"
	Example string // a valid argument
}

// Error returns one sentence and an example.
func (e *TargetError) Error() string { return e.Describe("leaktop") }

// Describe is Error for a program that is run by another name.
func (e *TargetError) Describe(program string) string {
	arg := "target"
	if e.Arg != "" {
		arg = fmt.Sprintf("target %q", e.Arg)
	}
	return fmt.Sprintf("%s: %s; for example: %s %s", arg, e.Why, program, e.Example)
}

func targetError(arg, why, example string) error {
	return &TargetError{Arg: redactArg(arg), Why: why, Example: cleanText(example, 80)}
}

// userinfo matches what may contain a password, even in a malformed URL.
var userinfo = regexp.MustCompile(`^([a-zA-Z][a-zA-Z0-9+.-]*:/*)?.*@`)

// redactArg returns an argument without its secrets, shortened.
func redactArg(arg string) string {
	arg, _, query := strings.Cut(arg, "?")
	arg = userinfo.ReplaceAllString(arg, "${1}…@")
	if query {
		arg += "?…"
	}
	return clipText(arg, 80)
}
