package target

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/leaktop/leaktop/source/kube"
)

// summarize returns a target in one line.
func summarize(t Target) string {
	switch t.Scheme {
	case SchemeHTTP:
		return "http " + t.URL.String()
	case SchemeUnix:
		return "unix " + t.Socket + " " + t.URL.String()
	case SchemeKube:
		return "kube " + t.Kube.String() + t.URL.EscapedPath()
	case SchemeProcess:
		return fmt.Sprint("pid ", t.PID)
	case SchemeFile:
		return "file " + strings.Join(t.Paths, " ")
	}
	return "none"
}

func TestParse(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "heap.pb.gz")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ arg, want, name string }{
		{"http://localhost:6060", "http http://localhost:6060", "localhost:6060"},
		{"http://localhost:6060/", "http http://localhost:6060", "localhost:6060"},
		{"https://shop.example.com/admin", "http https://shop.example.com/admin", "https://shop.example.com/admin"},
		{"http://h:1/debug/pprof", "http http://h:1", "h:1"},
		{"http://h:1/debug/pprof/", "http http://h:1", "h:1"},
		{"http://h:1/debug/pprof/heap?debug=1", "http http://h:1", "h:1"},
		{"http://h:1/a/b/debug/pprof/profile?seconds=30#x", "http http://h:1/a/b", "h:1/a/b"},
		{"http://h:1/a/debug/vars", "http http://h:1/a", "h:1/a"},
		{"http://h:1/a/metrics", "http http://h:1/a", "h:1/a"},
		{"http://h:1/v1/sys/pprof/heap", "http http://h:1/v1/sys/pprof", "h:1/v1/sys/pprof"},
		{"http://h:1/v1/sys/pprof/", "http http://h:1/v1/sys/pprof", "h:1/v1/sys/pprof"},
		{"http://h:1/a%2Fb/c", "http http://h:1/a%2Fb/c", "h:1/a%2Fb/c"},
		{"http://h:1/../x", "http http://h:1/x", "h:1/x"},
		{"http://user:pass@h:1/p", "http http://h:1/p", "h:1/p"},
		{"http://[::1]:6060", "http http://[::1]:6060", "[::1]:6060"},
		{":6060", "http http://localhost:6060", "localhost:6060"},
		{":6060/debug/pprof/heap", "http http://localhost:6060", "localhost:6060"},
		{"localhost:6060", "http http://localhost:6060", "localhost:6060"},
		{"10.0.0.7:6060/admin", "http http://10.0.0.7:6060/admin", "10.0.0.7:6060/admin"},
		{"[::1]:6060", "http http://[::1]:6060", "[::1]:6060"},
		{"user:pass@h:1", "http http://h:1", "h:1"},
		{"pid:4711", "pid 4711", "pid:4711"},
		{"pid:04711", "pid 4711", "pid:4711"},
		{"unix:/run/a.sock", "unix /run/a.sock http://localhost", "unix:/run/a.sock"},
		{"unix:///run/a.sock", "unix /run/a.sock http://localhost", "unix:/run/a.sock"},
		{"unix:a.sock", "unix a.sock http://localhost", "unix:a.sock"},
		{"unix:/run/a.sock:/admin/debug/pprof/", "unix /run/a.sock http://localhost/admin", "unix:/run/a.sock/admin"},
		{"pod/checkout-7d9f6", "kube pod/checkout-7d9f6", "pod/checkout-7d9f6"},
		{"deployment/checkout:6060", "kube deploy/checkout:6060", "deploy/checkout:6060"},
		{"Deploy/checkout:pprof", "kube deploy/checkout:pprof", "deploy/checkout:pprof"},
		{"svc/a.b", "kube svc/a.b", "svc/a.b"},
		{"sts/db-0", "kube sts/db-0", "sts/db-0"},
		{"ds/agent", "kube ds/agent", "ds/agent"},
		{"job/import", "kube job/import", "job/import"},
		{"rs/checkout-7d9f6", "kube rs/checkout-7d9f6", "rs/checkout-7d9f6"},
		{"deploy/checkout:6060/", "kube deploy/checkout:6060", "deploy/checkout:6060"},
		{"deploy/checkout:6060/a%2Fb/debug/pprof/heap?debug=1", "kube deploy/checkout:6060/a%2Fb", "deploy/checkout:6060/a%2Fb"},
		{"pod/a:pprof/internal", "kube pod/a:pprof/internal", "pod/a:pprof/internal"},
		{"checkout-7d9f6", "kube pod/checkout-7d9f6", "pod/checkout-7d9f6"},
		{file, "file " + file, file},
		{dir, "file " + dir, dir},
	} {
		t.Run(tt.arg, func(t *testing.T) {
			got, err := Parse(tt.arg)
			if err != nil || summarize(got) != tt.want || got.Name != tt.name {
				t.Errorf("got %q named %q, %v; want %q named %q", summarize(got), got.Name, err, tt.want, tt.name)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for _, tt := range []struct{ arg, why string }{
		{"", "it is empty"},
		{"  ", "it is empty"},
		{"-", "standard input cannot be a target"},
		{"6060", "a port needs a colon; for example: leaktop :6060"},
		{"99999", "is not a port"},
		{"localhost", "has no port; for example: leaktop localhost:6060"},
		{"checkout.example.com", "has no port; for example: leaktop checkout.example.com:6060"},
		{"\u06dd#:", "has no port; for example: leaktop :6060"},
		{"http://", "has no valid host name"},
		{"http://:6060", "has no valid host name"},
		{"http://h:", "a port is a number"},
		{"http://h:0", "a port is a number"},
		{"http://h:99999", "a port is a number"},
		{"http://h:x", "is not a well-formed URL"},
		{"http://a b:1", "is not a well-formed URL"},
		{"http://a<b:1", "has no valid host name"},
		{"ftp://h:1", "only http and https"},
		{"http://h:1/?token=abc", "a query is not supported"},
		{"h:", "is not HOST:PORT"},
		{"h:0", "is not HOST:PORT"},
		{"h:http", "is not HOST:PORT"},
		{"unix:", "has no socket path"},
		{"pid:", "is not pid: followed by a process ID"},
		{"pid:0", "is not pid: followed by a process ID"},
		{"pid:-1", "is not pid: followed by a process ID"},
		{"pid:x", "is not pid: followed by a process ID"},
		{"pod/", `"" can't be the name of a pod; for example: leaktop pod/checkout`},
		{"pod/A_b", `"A_b" can't be the name of a pod`},
		{"deploy/a/b", `"a/b" can't be the name of a deployment`},
		{"pod/a:0", "neither a port number nor a port's name"},
		{"pod/a:99999", "neither a port number nor a port's name"},
		{"pod/a:", "neither a port number nor a port's name"},
		{"pod/a:0/x", "neither a port number nor a port's name"},
		{"pod/a:/x", "neither a port number nor a port's name"},
		{"pod/a:1/x?token=abc", "the port must be followed by a plain URL path; for example: leaktop pod/checkout:6060/admin"},
		{"pod/a:1/%zz", "followed by a plain URL path"},
		{"shop/checkout", "neither a file nor a kind of object that has pods"},
		{"example.com/admin", "a host needs a scheme or a port"},
		{"./gone", "no such file or folder"},
		{"/no/such/file", "no such file or folder"},
		{"heap.pb.gz", "no such file or folder"},
		{"app.sock", "unix:"},
		{"what is this", "is not a URL"},
	} {
		t.Run(tt.arg, func(t *testing.T) {
			got, err := Parse(tt.arg)
			var te *Error
			if !errors.As(err, &te) {
				t.Fatalf("got %s, %v; want a *Error", summarize(got), err)
			}
			if !strings.Contains(err.Error(), tt.why) || !strings.Contains(err.Error(), "for example: leaktop ") {
				t.Errorf("got %q, want it to contain %q and an example", err, tt.why)
			}
		})
	}
}

func TestParseAll(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	for _, f := range []string{a, b} {
		if err := os.WriteFile(f, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := ParseAll([]string{a, b})
	if err != nil || summarize(got) != "file "+a+" "+b || got.Name != a+" and 1 more" {
		t.Errorf("two files: %q, %q, %v", summarize(got), got.Name, err)
	}
	for _, args := range [][]string{nil, {a, ":6060"}, {":6060", a}, {a, "-"}, {":1", ":2"}} {
		if got, err := ParseAll(args); err == nil {
			t.Errorf("%q: got %s, want an error", args, summarize(got))
		}
	}
}

// With flags that select a cluster, a name with a port is that of a pod.
func TestParseInCluster(t *testing.T) {
	shop := kube.Options{Namespace: "shop"}
	for _, tc := range []struct {
		in   kube.Options
		args string
		want string // scheme and name
	}{
		{kube.Options{}, "checkout:6060", "http checkout:6060"},
		{shop, "checkout:6060", "kube pod/checkout:6060"},
		{shop, "checkout-1:6060/admin", "kube pod/checkout-1:6060/admin"},
		{shop, "checkout", "kube pod/checkout"},
		{kube.Options{Context: "prod"}, "checkout:pprof", "kube pod/checkout:pprof"},
		{shop, "deploy/checkout", "kube deploy/checkout"},
		{shop, "localhost:6060", "http localhost:6060"},
		{shop, "checkout.shop.svc:6060", "http checkout.shop.svc:6060"},
		{shop, "http://checkout:6060", "http checkout:6060"},
		{shop, "", "kube pods in namespace shop"},
		{shop, ":6060", "kube pods in namespace shop:6060"},
		{kube.Options{Context: "prod"}, ":6060", "http localhost:6060"},
		{kube.Options{Selector: "app=a", Namespace: "shop"}, ":6060", "kube pods with app=a:6060"},
	} {
		got, err := ParseInCluster(tc.in, strings.Fields(tc.args))
		if err != nil || got.Scheme+" "+got.Name != tc.want {
			t.Errorf("%q: got %s %s, %v; want %s", tc.args, got.Scheme, got.Name, err, tc.want)
		}
	}
	if _, err := ParseInCluster(kube.Options{Context: "prod"}, nil); err == nil {
		t.Error("a context alone was accepted as a target")
	}
}

func TestParseSelected(t *testing.T) {
	for _, args := range [][]string{nil, {":6060"}, {":pprof"}, {":6060/admin"}} {
		want := "pods with app=shop" + strings.Join(args, "")
		if got, err := parseSelected("app=shop", args); err != nil || got.Name != want || got.Scheme != SchemeKube {
			t.Errorf("%q: got %+v, %v; want %s", args, got, err, want)
		}
	}
	for arg, why := range map[string]string{
		"deploy/shop": "names a pod, and so does the selector", "http://h:1": "names a pod, and so does the selector",
		":1/x?y=z": "followed by a plain URL path",
		":0":       "neither a port number nor a port's name", ":": "neither a port number nor a port's name",
	} {
		if _, err := parseSelected("app=shop", []string{arg}); err == nil || !strings.Contains(err.Error(), why) || !strings.Contains(err.Error(), "leaktop -l app=") {
			t.Errorf("%q: got %v, want %q and an example", arg, err, why)
		}
	}
	if _, err := parseSelected("app=shop", []string{":1", ":2"}); err == nil {
		t.Error("two ports were accepted")
	}
}

// Neither a printed target nor an error about one contains its password.
func TestTargetKeepsItsSecret(t *testing.T) {
	for _, arg := range []string{
		"http://user:hunter2@h:1/p", "user:hunter2@h:1", "https://hunter2@h:1",
		"http://user:hunter2@h:0", "http://user:hunter2@", "http://user:hunter2/x@h", "http://user:hun ter2@h",
		"ftp://user:hunter2@h", "//user:hunter2@h", "user:hunter2@h", "user:hunter2@", "http:/user:hunter2@h:1",
		"http://h:1/?token=hunter2", "http://user:hunter2@h:1?x=hunter2", "unix:hunter2@",
	} {
		got, err := Parse(arg)
		for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
			if err == nil && got.Scheme == SchemeUnix {
				continue // a path is not a secret
			}
			if s := fmt.Sprintf(format+format, got, err); strings.Contains(s, "hunter2") || strings.Contains(s, "ter2") {
				t.Errorf("%s of %q shows the password: %s", format, arg, s)
			}
		}
	}
}

func TestFormsAreTargets(t *testing.T) {
	for _, f := range Forms() {
		if f.Syntax == "" || f.About == "" {
			t.Errorf("form %+v has no description", f)
		}
		if f.Example == "checkout.tar" {
			continue // has to exist
		}
		if _, err := Parse(f.Example); err != nil {
			t.Errorf("example of %s: %v", f.Syntax, err)
		}
	}
}

// The help lists the forms that are used most before those of stores.
func TestFormsBeginWithTheCommonest(t *testing.T) {
	var all []string
	for _, f := range Forms() {
		all = append(all, f.Example)
	}
	if want := []string{"https://checkout.example.com/admin", ":6060", "deploy/checkout"}; !slices.Equal(all[:3], want) {
		t.Errorf("got %q first, want %q", all[:3], want)
	}
	if last := all[len(all)-1]; !IsStore(last) {
		t.Errorf("got %q last, want a store", last)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{":6060", "http://u:p@h:1/x?y#z", "unix:/a:/b", "pod/a:b", "-", "a/b", "[::1]:1", "http://[::1%25en0]:1", "\x1b]0;x\a:1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, arg string) {
		got, err := Parse(arg)
		if err != nil {
			var te *Error
			if !errors.As(err, &te) || te.Why == "" || te.Example == "" {
				t.Fatalf("%q: %v is not a complete explanation", arg, err)
			}
			checkPrintable(t, err.Error())
			return
		}
		checkPrintable(t, got.Name)
		if got.URL != nil && (got.URL.User != nil || got.URL.RawQuery != "" || got.URL.Host == "") {
			t.Fatalf("%q: got URL %v", arg, got.URL)
		}
		if (got.Scheme == SchemeFile) != (len(got.Paths) == 1) {
			t.Fatalf("%q: got %+v", arg, got)
		}
	})
}

func checkPrintable(t *testing.T, s string) {
	t.Helper()
	if s == "" || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		t.Fatalf("%q has unprintable characters", s)
	}
}

func TestParseStoreExamples(t *testing.T) {
	for _, f := range storeForms {
		got, err := Parse(f.example)
		if err != nil || got.Scheme != f.scheme || !got.IsStore() {
			t.Errorf("%s: %v, %v", f.example, got.Scheme, err)
		}
	}
}
