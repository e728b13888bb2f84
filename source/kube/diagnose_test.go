package kube

import (
	"testing"

	"github.com/leaktop/leaktop/profile"
)

// wantDiagnostic wants exactly one diagnostic of the code, with the text.
func wantDiagnostic(t *testing.T, p *Pod, code profile.Code, text string) {
	t.Helper()
	var got []string
	for _, d := range p.Watched().Diagnostics() {
		if d.Code == code {
			got = append(got, d.String())
		}
	}
	if len(got) != 1 || got[0] != text {
		t.Errorf("%s: got %q\nwant %q", code, got, text)
	}
}
