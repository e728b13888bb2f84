package target

import (
	"fmt"
	"net/url"

	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/source/kube"
	"github.com/leaktop/leaktop/source/store"
)

// Target is what the user wants to watch, as parsed by [Parse].
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
	// the pods that the selector of [kube.Options] selects.
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

	SchemePrometheus = "prometheus" // metrics of the days before; only --prometheus names it

	SchemeProcess = "pid" // a process of this machine, at the port that serves pprof
)

// credentials are the user and password of a URL.
type credentials struct{ user, password string }

func credentialsOf(u *url.URL) *credentials {
	if u.User == nil {
		return nil
	}
	password, _ := u.User.Password()
	return &credentials{u.User.Username(), password}
}

// Credentials returns the user and password that the URL had. ok is false if it had none.
func (t Target) Credentials() (user, password string, ok bool) {
	if t.auth == nil {
		return "", "", false
	}
	return t.auth.user, t.auth.password, true
}

// PrefixForm returns how the target is written with a prefix of pprof's pages.
func (t Target) PrefixForm() string {
	switch t.Scheme {
	case SchemeKube:
		return "pod/NAME:" + t.URL.Port() + "/PREFIX"
	case SchemeUnix:
		return "unix:" + plain.Clip(t.Socket, 200) + ":/PREFIX"
	}
	return t.URL.Scheme + "://" + t.URL.Host + "/PREFIX"
}

// String returns the name, so that a printed target reveals no secrets.
func (t Target) String() string { return t.Name }

// Parse parses one target argument of the command line. The error is an
// [*Error].
func Parse(arg string) (Target, error) {
	for _, f := range forms {
		if f.match(arg) {
			return f.parse(arg)
		}
	}
	return Target{}, newError(arg, "is not a URL, a host:port, a Kubernetes object or an existing file", "localhost:6060")
}

// ParseAll parses the target arguments of the command line: one of any scheme,
// or several files and folders.
func ParseAll(args []string) (Target, error) {
	if len(args) == 0 {
		return Target{}, &Error{Why: "no target given", Example: "localhost:6060"}
	}
	all, err := Parse(args[0])
	if err != nil || len(args) == 1 {
		return all, err
	}
	for _, arg := range args[1:] {
		t, err := Parse(arg)
		if err != nil {
			return Target{}, err
		}
		if t.Scheme != SchemeFile || all.Scheme != SchemeFile {
			return Target{}, newError(arg, "files cannot be combined with other targets", "before.pb.gz after.pb.gz")
		}
		all.Paths = append(all.Paths, t.Paths...)
	}
	all.Name = fmt.Sprintf("%s and %d more", all.Name, len(args)-1)
	return all, nil
}
