package kube

import (
	"testing"

	"github.com/leaktop/leaktop/profile"
)

// wantDiagnostic checks that there is exactly one diagnostic with the code and
// that it has the text.
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
