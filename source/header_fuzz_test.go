package source

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile/plain"
)

func FuzzParseHeader(f *testing.F) {
	for _, s := range []string{"A: b", "Authorization: Bearer x", "A: @/nowhere", "A: env:TOKEN", "A", ": x", "a\x00: b", "A: b\r\nC: d", "A:\u202e", "A: env:", "价: x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, arg string) {
		if _, value, _ := strings.Cut(arg, ":"); strings.HasPrefix(strings.TrimSpace(value), "@") {
			arg = strings.Replace(arg, "@", "@/nowhere/", 1) // reads no existing file
		}
		name, value, err := ParseHeader(arg, func(variable string) string { return variable })
		if err != nil {
			if plain.Line(err.Error()) != err.Error() {
				t.Errorf("%q: the error %q is not safe to show", arg, err)
			}
			return
		}
		request, err := http.NewRequest(http.MethodGet, "http://127.0.0.1/", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set(name, value)
		var wire bytes.Buffer
		if err := request.Write(&wire); err != nil {
			t.Errorf("%q was parsed, but cannot be sent: %v", arg, err)
		}
		if lines := strings.Count(wire.String(), "\r\n"); lines > 5 {
			t.Errorf("%q writes more than one line: %q", arg, wire.String())
		}
	})
}
