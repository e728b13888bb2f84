package profile

import (
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/leaktop/leaktop/profile/decode"
)

func TestParseRefuses(t *testing.T) {
	bomb := func() []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		zero := make([]byte, 1<<20)
		for range decode.MaxSize>>20 + 1 {
			if _, err := z.Write(zero); err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}()
	many := bytes.Repeat([]byte{0x12, 0x00}, decode.MaxEntries+2) // empty samples
	whole, err := os.ReadFile("testdata/small_heap_060.pb.gz")
	if err != nil {
		t.Fatal(err)
	}
	large := fakeHeap(t, map[string][2]int64{"main.a": {1 << 42, 1}, "main.b": {1 << 42, 1}})
	for name, tt := range map[string]struct {
		data []byte
		want error
	}{
		"large":     {large, decode.ErrValuesTooLarge},
		"bomb":      {bomb, decode.ErrTooLarge},
		"many":      {many, decode.ErrTooLarge},
		"empty":     {nil, nil},
		"html":      {[]byte("<html><body>404 page not found"), nil},
		"truncated": {whole[:len(whole)/2], nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := NewHistoryBuilder().ParseCapture(Capture{Kind: Heap, Data: tt.data})
			if err == nil || tt.want != nil && !errors.Is(err, tt.want) {
				t.Errorf("error %v, want %v", err, tt.want)
			}
		})
	}
}

func TestNamesAreSafeToShow(t *testing.T) {
	evil := "main.\x1b]0;owned\x07f\u202e\xff\n\u3164\u2800"
	_, s := func() (*HistoryBuilder, *Snapshot) {
		h := NewHistoryBuilder()
		return h, addHeap(t, h, 0, map[string][2]int64{evil: {1, 1}}).Snapshot
	}()
	name := s.Samples()[0].Stack.FrameAt(0).Func.Name
	if !utf8.ValidString(name) || strings.ContainsAny(name, "\x1b\x07\n\u202e\u3164\u2800") || !strings.HasPrefix(name, "main.") {
		t.Errorf("name %q is not safe to show", name)
	}
}

func FuzzParse(f *testing.F) {
	for _, n := range []string{"small_heap_060.pb.gz", "typ_goroutine_300.pb.gz"} {
		data, err := os.ReadFile("testdata/" + n)
		if err != nil {
			f.Fatal(err)
		}
		plain, err := decode.Unpack(data)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(plain)
	}
	f.Add([]byte("heap profile: 1: 2 [3: 4] @ heap/524288\n1: 2 [3: 4] @ 0x1 0x2\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		h := NewHistoryBuilder()
		if _, err := h.Add(Capture{Kind: Heap, Data: data, Time: t0}); err != nil {
			return
		}
		for _, by := range []Grouping{ByFunction, ByStack} {
			h.History().Rows(Selection{Kind: Heap, By: by})
		}
		h.History().Groups(Heap)
	})
}
