package command

import "testing"

func TestProgram(t *testing.T) {
	for argv0, want := range map[string]string{
		"leaktop": "leaktop", "/usr/local/bin/leaktop": "leaktop", "leaktop.exe": "leaktop", "main": "leaktop",
		"kubectl-leaktop": "kubectl leaktop", "/home/me/.krew/bin/kubectl-leaktop": "kubectl leaktop", "kubectl-leaktop.exe": "kubectl leaktop",
	} {
		if got := Program(argv0); got != want {
			t.Errorf("Program(%q) = %q, want %q", argv0, got, want)
		}
	}
}

func TestAsCalled(t *testing.T) {
	for text, want := range map[string]string{
		"for example: leaktop localhost:6060":       "for example: kubectl leaktop localhost:6060",
		"for example: leaktop -n shop deploy/a":     "for example: kubectl leaktop -n shop deploy/a",
		"for example: leaktop heap.pb.gz":           "for example: kubectl leaktop heap.pb.gz",
		"as in leaktop pod/NAME":                    "as in kubectl leaktop pod/NAME",
		"or use leaktop check TARGET":               "or use kubectl leaktop check TARGET",
		"Replay it: leaktop a.tar":                  "Replay it: kubectl leaktop a.tar",
		"(leaktop FILE), judged (leaktop check F)":  "(kubectl leaktop FILE), judged (kubectl leaktop check F)",
		"leaktop continues when it is":                "leaktop continues when it is",
		"leaktop polls the pprof endpoint":          "leaktop polls the pprof endpoint",
		"start leaktop again with a new pod's name": "start leaktop again with a new pod's name",
		"leaktop knows no kind \"node\", only pod":  "leaktop knows no kind \"node\", only pod",
	} {
		if got := AsCalled(text, "kubectl leaktop"); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
		if got := AsCalled(text, "leaktop"); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}
