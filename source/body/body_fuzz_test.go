package body

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"testing"

	"github.com/leaktop/leaktop/profile/plain"
)

func FuzzContentOf(f *testing.F) {
	for _, s := range []string{"", "\x1f\x8b", "<html>", "go 1.26 trace\x00", "heap profile: 1: 2", "goroutine 1 [running]:", "\x0a\x04", "{}", "<title>/debug/pprof/</title><a href='heap'>", "go 1."} {
		f.Add("text/html", []byte(s))
		f.Add("", []byte(s))
	}
	f.Fuzz(func(t *testing.T, mime string, data []byte) {
		switch is := ContentOf(mime, data); is {
		case ContentProfile, ContentStacks, ContentTrace, ContentIndex, ContentHTML, ContentText:
		case ContentEmpty:
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
		r, err := NewReader(encoding, bytes.NewReader(data), most, most, func() {})
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
