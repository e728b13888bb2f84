package source

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/source/target"
)

// writeFile creates a file in the test's temporary folder.
func writeFile(t *testing.T, name, content string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestValidateRefuses(t *testing.T) {
	for _, tt := range []struct {
		name string
		o    Options
		want string
	}{
		{"interval", Options{Interval: time.Millisecond}, "--interval: the minimum is 100ms"},
		{"negative interval", Options{Interval: -time.Second}, "--interval"},
		{"cost above all", Options{Cost: 1.1}, "--cost"},
		{"negative cost", Options{Cost: -0.1}, "--cost"},
		{"cost that is no number", Options{Cost: math.NaN()}, "--cost"},
		{"timeout", Options{Timeout: 1}, "--timeout"},
		{"limit", Options{Limit: -1}, "--limit"},
		{"history", Options{History: 1 << 20}, "--history: the minimum is 8MiB"},
		{"body", Options{MaxBody: -1}, "negative"},
		{"token file missing", Options{BearerTokenFile: "/no/such/token"}, "--bearer-token-file: read secret: open /no/such/token"},
		{"token file empty", Options{BearerTokenFile: writeFile(t, "token", "\n")}, "is empty"},
		{"token file huge", Options{BearerTokenFile: writeFile(t, "token", strings.Repeat("x", 70<<10))}, "larger than 64 KiB"},
		{"CA missing", Options{CACert: "/no/such/ca"}, "--cacert: open /no/such/ca"},
		{"CA of something else", Options{CACert: writeFile(t, "ca", "no certificate")}, "contains no PEM certificate"},
		{"certificate without key", Options{Cert: "a"}, "--cert and --key go together"},
		{"key without certificate", Options{Key: "a"}, "--cert and --key go together"},
		{"certificate missing", Options{Cert: "/no/such/cert", Key: "/no/such/key"}, "--cert, --key: open /no/such/cert"},
		{"header name", Options{Headers: http.Header{"a b": {"c"}}}, `"a b" is not a valid header name`},
		{"header value", Options{Headers: http.Header{"A": {"hunter2\r\nB: c"}}}, "--header A: the value contains control characters"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.o.Validate()
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error shows a secret: %v", err)
			}
			parsed, perr := target.Parse(":1")
			if perr != nil {
				t.Fatal(perr)
			}
			if _, oerr := Open(context.Background(), parsed, tt.o); oerr == nil {
				t.Error("Open accepts what Validate refuses")
			}
		})
	}
}

func TestValidateTakes(t *testing.T) {
	for _, o := range []Options{
		{},
		{Interval: time.Second, Cost: 1, Timeout: time.Minute, Limit: 1 << 40},
		{BearerTokenFile: writeFile(t, "token", "abc\n"), Headers: http.Header{"X-Token": {"a b\tc"}}},
	} {
		if err := o.Validate(); err != nil {
			t.Error(err)
		}
	}
}

func TestOptionsKeepTheirSecrets(t *testing.T) {
	o := Options{Headers: http.Header{"Authorization": {"hunter2"}}}
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		if s := fmt.Sprintf(format+format, o, &o); strings.Contains(s, "hunter2") {
			t.Errorf("%s shows a header: %s", format, s)
		}
	}
}

func TestParseHeader(t *testing.T) {
	env := func(name string) string { return map[string]string{"TOKEN": "from-env"}[name] }
	file := writeFile(t, "token", "from-file\n")
	for _, tt := range []struct{ arg, name, value, err string }{
		{"X-Token: abc", "X-Token", "abc", ""},
		{"x-token:abc:def", "X-Token", "abc:def", ""},
		{"X-Token: @" + file, "X-Token", "from-file", ""},
		{"X-Token: env:TOKEN", "X-Token", "from-env", ""},
		{"X-Token:", "X-Token", "", ""},
		{"X-Token", "", "", "write it as 'Name: value'"},
		{"X Token: a", "", "", "is not a valid header name"},
		{": a", "", "", "is not a valid header name"},
		{"X-Token: @/no/such", "", "", "--header X-Token: read secret"},
		{"X-Token: env:GONE", "", "", "the environment variable GONE is not set"},
		{"X-Token: a\x1b[2J", "", "", "control characters"},
	} {
		name, value, err := ParseHeader(tt.arg, env)
		if name != tt.name || value != tt.value || (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
			t.Errorf("%q: got %q, %q, %v; want %q, %q, %q", tt.arg, name, value, err, tt.name, tt.value, tt.err)
		}
	}
}

func TestOpenSaysWhatCannotBeOpened(t *testing.T) {
	_, err := Open(context.Background(), target.Target{Scheme: "gopher", Name: "x"}, Options{})
	if err == nil || !strings.Contains(err.Error(), "gopher") {
		t.Errorf("got %v", err)
	}
}
