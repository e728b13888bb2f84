package source

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
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
			arg = strings.Replace(arg, "@", "@/nowhere/", 1) // not just any file
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
			t.Errorf("%q is a header that cannot be sent: %v", arg, err)
		}
		if lines := strings.Count(wire.String(), "\r\n"); lines > 5 {
			t.Errorf("%q makes more than one line: %q", arg, wire.String())
		}
	})
}

func FuzzContentOf(f *testing.F) {
	for _, s := range []string{"", "\x1f\x8b", "<html>", "go 1.26 trace\x00", "heap profile: 1: 2", "goroutine 1 [running]:", "\x0a\x04", "{}", "<title>/debug/pprof/</title><a href='heap'>", "go 1."} {
		f.Add("text/html", []byte(s))
		f.Add("", []byte(s))
	}
	f.Fuzz(func(t *testing.T, mime string, data []byte) {
		switch is := contentOf(mime, data); is {
		case contentProfile, contentStacks, contentTrace, contentIndex, contentHTML, contentText:
		case contentEmpty:
			if len(data) > 0 {
				t.Errorf("%q is called empty", data)
			}
		default:
			t.Errorf("%q is %q", data, is)
		}
	})
}

func FuzzUnpacked(f *testing.F) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(bytes.Repeat([]byte("profile"), 10_000))
	_ = z.Close()
	for _, encoding := range []string{"", "gzip", "x-gzip", "GZIP ", "zstd", "gzip, gzip", "identity"} {
		f.Add(encoding, packed.Bytes())
		f.Add(encoding, []byte("plain"))
	}
	f.Add("gzip", packed.Bytes()[:len(packed.Bytes())/2])
	f.Fuzz(func(t *testing.T, encoding string, data []byte) {
		const most = 1 << 16
		r, err := decompress(encoding, &wireReader{r: bytes.NewReader(data), limit: most, alive: func() {}}, most)
		if err == nil {
			var out []byte
			out, err = io.ReadAll(r)
			if len(out) > most {
				t.Errorf("%d bytes came out", len(out))
			}
		}
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && plain.Line(err.Error()) != err.Error() {
			t.Errorf("the error %q is not safe to show", err)
		}
	})
}
