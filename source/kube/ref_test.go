package kube

import (
	"strings"
	"testing"
)

func TestParseRef(t *testing.T) {
	for in, want := range map[string]Ref{
		"checkout-7d9f6":            {Kind: "pod", Name: "checkout-7d9f6", Bare: true},
		"checkout-7d9f6:6060":       {Kind: "pod", Name: "checkout-7d9f6", Port: "6060", Bare: true},
		"pod/a":                     {Kind: "pod", Name: "a"},
		"pods/a":                    {Kind: "pod", Name: "a"},
		"po/a:pprof":                {Kind: "pod", Name: "a", Port: "pprof"},
		"deploy/checkout:6060":      {Kind: "deploy", Name: "checkout", Port: "6060"},
		"deployment/checkout":       {Kind: "deploy", Name: "checkout"},
		"deployments.apps/checkout": {Kind: "deploy", Name: "checkout"},
		"Deployment.v1.apps/a":      {Kind: "deploy", Name: "a"},
		"sts/db":                    {Kind: "sts", Name: "db"},
		"statefulset/db":            {Kind: "sts", Name: "db"},
		"ds/agent":                  {Kind: "ds", Name: "agent"},
		"daemonsets/agent":          {Kind: "ds", Name: "agent"},
		"job/import":                {Kind: "job", Name: "import"},
		"rs/a":                      {Kind: "rs", Name: "a"},
		"replicaset/a":              {Kind: "rs", Name: "a"},
		"svc/checkout:http":         {Kind: "svc", Name: "checkout", Port: "http"},
		"service/checkout":          {Kind: "svc", Name: "checkout"},
		"":                          {},
		":6060":                     {Port: "6060"},
	} {
		got, err := ParseRef(in)
		if err != nil || got != want {
			t.Errorf("ParseRef(%q) = %+v, %v; want %+v", in, got, err, want)
		}
		got.Bare = false // the kind is written out
		if again, err := ParseRef(got.String()); err != nil || again != got {
			t.Errorf("ParseRef(%q) = %+v, %v; want what it was made of, %+v", got.String(), again, err, got)
		}
	}
}

func TestParseRefBad(t *testing.T) {
	for in, want := range map[string]string{
		"node/a":                             `no kind "node"`,
		"deployment.batch/a":                 `no kind "deployment.batch"`,
		"deploy/":                            `"" can't be the name of a deployment`,
		"deploy/a/b":                         `"a/b" can't be the name`,
		"pod/A_b":                            `"A_b" can't be the name`,
		"pod/a:0":                            "neither a port number",
		"pod/a:65536":                        "neither a port number",
		"pod/a:":                             "neither a port number",
		"pod/a:much-too-long-a-name-for-one": "neither a port number",
		"pod/\x1b[31m":                       "can't be the name",
	} {
		_, err := ParseRef(in)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "write it as pod/NAME") {
			t.Errorf("ParseRef(%q): got %v, want %q and an example", in, err, want)
		}
		if err != nil && strings.ContainsRune(err.Error(), 0x1b) {
			t.Errorf("ParseRef(%q): the error holds an escape", in)
		}
	}
}

func TestIsRef(t *testing.T) {
	for in, want := range map[string]bool{
		"deploy/checkout": true, "po/a:1": true, "svc/x": true,
		"example.com/debug": false, "checkout": false, "/tmp/file": false, "heap/1.pb.gz": false,
	} {
		if got := IsRef(in); got != want {
			t.Errorf("IsRef(%q) = %v", in, got)
		}
	}
}

func FuzzParseRef(f *testing.F) {
	for _, s := range []string{"deploy/a:6060", "a", ":", "//", "a.b/c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseRef(s)
		if err != nil {
			return
		}
		r.Bare = false // the kind is written out
		if again, err := ParseRef(r.String()); err != nil || again != r {
			t.Errorf("%q: %+v reads back as %+v, %v", s, r, again, err)
		}
	})
}
