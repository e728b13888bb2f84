package target

import (
	"cmp"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/source/kube"
	"github.com/leaktop/leaktop/source/recording"
)

// form is one form of a target.
type form struct {
	place   int    // in the help, which lists the commonest first
	syntax  string // as in the help; empty for arguments that are refused with advice
	about   string
	example string
	match   func(arg string) bool
	parse   func(arg string) (Target, error)
}

// forms is the table of forms. [Parse] uses the first row that matches.
// Similar rows are ordered from the most to the least specific.
var forms = []form{
	{match: isStream, parse: refuseStream},
	{
		place: 8, syntax: "parca+http(s)://HOST?job=NAME", about: "the history of a service in Parca; pyroscope+ for Pyroscope",
		example: "parca+http://localhost:7070?job=checkout", match: IsStore, parse: parseStore,
	},
	{
		place: 1, syntax: "http(s)://HOST[:PORT][/PREFIX]", about: "a Go service that serves net/http/pprof",
		example: "https://checkout.example.com/admin", match: isURL, parse: parseURL,
	},
	{
		place: 6, syntax: "unix:PATH", about: "a service that serves it on a unix socket",
		example: "unix:/run/checkout.sock", match: isUnix, parse: parseUnix,
	},
	{
		place: 5, syntax: "pid:N", about: "a process of this machine; its pprof port is found",
		example: "pid:4711", match: isProcess, parse: parseProcess,
	},
	{
		place: 3, syntax: "pod/NAME[:PORT[/PREFIX]]", about: "a pod; also deploy/, sts/, ds/, rs/, job/ and svc/",
		example: "deploy/checkout", match: kube.IsRef, parse: parseKube,
	},
	{
		place: 7, syntax: "PATH...", about: "a recording, profiles, or a folder of them",
		example: "checkout.tar", match: pathExists, parse: parsePath,
	},
	{
		place: 2, syntax: "[HOST]:PORT[/PREFIX]", about: "the same over plain HTTP; :PORT is on this machine",
		example: ":6060", match: isHostPort, parse: parseHostPort,
	},
	{match: isPortOnly, parse: refusePortOnly},
	{match: isPathLike, parse: refusePath},
	{match: isHostOnly, parse: refuseHostOnly},
	{
		place: 4, syntax: "NAME", about: "a pod by its bare name",
		example: "checkout-7d9f6", match: isPodName, parse: parsePodName,
	},
}

// Form is one form of a target, for help texts.
type Form struct {
	Syntax  string // http(s)://HOST[:PORT][/PREFIX]
	About   string
	Example string
}

// Forms lists the forms of a target, the commonest first.
func Forms() []Form {
	var out []Form
	for _, f := range slices.SortedFunc(slices.Values(forms), func(a, b form) int { return cmp.Compare(a.place, b.place) }) {
		if f.syntax != "" {
			out = append(out, Form{Syntax: f.syntax, About: f.about, Example: f.example})
		}
	}
	return out
}

func isStream(arg string) bool { return arg == "-" || strings.TrimSpace(arg) == "" }

func refuseStream(arg string) (Target, error) {
	if arg == "-" {
		return Target{}, newError(arg, "standard input cannot be a target: write it to a file first", "heap.pb.gz")
	}
	return Target{}, &Error{Why: "it is empty", Example: ":6060"}
}

func pathExists(arg string) bool {
	_, err := os.Stat(arg)
	return err == nil || recording.HasMember(arg)
}

func parsePath(arg string) (Target, error) {
	if info, err := os.Stat(arg); err == nil && info.Mode()&os.ModeSocket != 0 {
		return Target{}, newError(arg, "is a unix socket; write unix: before it", "unix:"+arg)
	}
	return Target{Scheme: SchemeFile, Name: plain.Clip(arg, 200), Paths: []string{arg}}, nil
}

func isPathLike(arg string) bool {
	return strings.ContainsAny(arg, `/\`) || slices.ContainsFunc(fileEndings, func(end string) bool { return strings.HasSuffix(arg, end) })
}

// fileEndings distinguish a missing file from a host name.
var fileEndings = []string{".tar", ".gz", ".pb", ".pprof", ".prof", ".out", ".txt", ".sock"}

func refusePath(arg string) (Target, error) {
	kind, _, _ := strings.Cut(arg, "/")
	switch {
	case strings.HasSuffix(arg, ".sock"):
		return Target{}, newError(arg, "does not exist; for a unix socket write unix: before it", "unix:/run/checkout.sock")
	case strings.Contains(arg, "/") && strings.ContainsRune(kind, '.') && kind != "." && kind != "..":
		return Target{}, newError(arg, "is not a file; a host needs a scheme or a port", "http://checkout.example.com/admin")
	case isPodName(kind) && strings.Count(arg, "/") == 1:
		return Target{}, newError(arg, "is neither a file nor a kind of object that has pods ("+strings.Join(kube.Kinds(), ", ")+"); set a namespace with -n", "-n shop deploy/checkout")
	}
	return Target{}, newError(arg, "no such file or folder", "checkout.tar")
}

func isPortOnly(arg string) bool {
	_, err := strconv.Atoi(arg)
	return err == nil
}

func refusePortOnly(arg string) (Target, error) {
	if isValidPort(arg) {
		return Target{}, newError(arg, "a port needs a colon", ":"+arg)
	}
	return Target{}, newError(arg, "is not a port", ":6060")
}

func isHostOnly(arg string) bool { return arg == "localhost" || hostName.MatchString(arg) }

var hostName = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+\.?$`)

func refuseHostOnly(arg string) (Target, error) {
	return Target{}, newError(arg, "has no port", arg+":6060")
}

func isValidPort(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return err == nil && n > 0
}
