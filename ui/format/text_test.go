package format

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"main.(*Cache).Put":               "main.(*Cache).Put",
		"价格.放 é":                          "价格.放 é",
		"a\x1b[31mb\x1b[0mc":              "abc",
		"a\x1b]0;title\ab":                "ab",
		"a\x1b]8;;http://x\x1b\\b":        "ab",
		"a\x1bPq#0\x1b\\b":                "ab",
		"tab\there\nand\r\nthere":         "tab here and  there",
		"nul\x00bell\adel\x7f":            "nulbelldel",
		"c1\u009b31m":                     "c1",
		"raw\x9b31m":                      "raw\ufffd31m",
		"bidi\u202e\u2066\u200fx":         "bidix",
		"zero\u200b\u200d\ufeffwidth":     "zerowidth",
		"private\ue000":                   "private",
		"line\u2028sep\u00a0nbsp":         "line sep nbsp",
		"bad\xffutf\xc3":                  "bad\ufffdutf\ufffd",
		"\u0903mark":                      "mark",
		"e\u0301":                         "e\u0301",
		"\x1b":                            "",
		strings.Repeat("x", 100) + "\x1b": strings.Repeat("x", 100),
	} {
		if got := Clean(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "a", "\x1b[31m", "\x9b", "\u202e", "\x1b]0;", "\xc2", "\x1b\x1b[[2J"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Clean(s)
		if !utf8.ValidString(got) {
			t.Fatalf("%q: not UTF-8: %q", s, got)
		}
		for _, r := range got {
			if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
				t.Fatalf("%q: %U is left", s, r)
			}
		}
		if again := Clean(got); again != got {
			t.Fatalf("%q: cleaned twice is %q, and once %q", s, again, got)
		}
	})
}

func TestFitFunc(t *testing.T) {
	const name = "github.com/acme/shop/cart.(*Store).Put"
	for _, c := range []struct {
		name string
		w    int
		want string
	}{
		{name, 38, name},
		{name, 37, "…/acme/shop/cart.(*Store).Put"},
		{name, 25, "…/shop/cart.(*Store).Put"},
		{name, 20, "…/cart.(*Store).Put"},
		{name, 18, "cart.(*Store).Put"},
		{name, 17, "cart.(*Store).Put"},
		{name, 16, "(*Store).Put"},
		{name, 12, "(*Store).Put"},
		{name, 11, "…Store).Put"},
		{name, 1, "…"},
		{name, 0, ""},
		{"sync.(*Map[go.shape.string,example.com/a/b.T]).Store", 30, "…ing,example.com/a/b.T]).Store"},
		{"x.com/a.Map[x.com/b.T]", 20, "…/a.Map[x.com/b.T]"},
		{"main.main", 9, "main.main"},
		{"github.com/acme/价格.(*缓存).放", 20, "…/价格.(*缓存).放"},
		{"价价价价", 4, "…价"},
		{"价价价价", 5, "…价价"},
	} {
		if got := FitFunc(c.name, c.w); got != c.want {
			t.Errorf("%q in %d: got %q, want %q", c.name, c.w, got, c.want)
		}
	}
}

func TestFit(t *testing.T) {
	for _, c := range []struct {
		s    string
		w    int
		want string
	}{
		{"hello", 5, "hello"},
		{"hello", 4, "hel…"},
		{"hello", 1, "…"},
		{"hello", -1, ""},
		{"价格价格", 5, "价格…"},
		{"价格价格", 4, "价…"},
	} {
		if got := Fit(c.s, c.w); got != c.want {
			t.Errorf("%q in %d: got %q, want %q", c.s, c.w, got, c.want)
		}
	}
}

// Cutting off the beginning of a text can change which marks combine, and make
// the rest wider.
func TestFitLeftOfCombiningMarks(t *testing.T) {
	if got := FitLeft("Aिaा1<|", 3); Width(got) > 3 {
		t.Errorf("%q is %d wide", got, Width(got))
	}
}

// Fitted text is never wider than the limit, and padded text is exactly as wide
// as the limit.
func TestFitsOfAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Clean(rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z./(*)\[\]价👩]{0,40}`)).Draw(t, "s"))
		w := rapid.IntRange(-1, 30).Draw(t, "w")
		for what, got := range map[string]string{"Fit": Fit(s, w), "FitLeft": FitLeft(s, w), "FitFunc": FitFunc(s, w)} {
			if Width(got) > max(w, 0) {
				t.Fatalf("%s(%q, %d) is %d wide: %q", what, s, w, Width(got), got)
			}
			if !utf8.ValidString(got) {
				t.Fatalf("%s(%q, %d) is not UTF-8: %q", what, s, w, got)
			}
		}
		for what, got := range map[string]string{"Pad": Pad(s, w), "PadLeft": PadLeft(s, w)} {
			if Width(got) != max(w, 0) {
				t.Fatalf("%s(%q, %d) is %d wide: %q", what, s, w, Width(got), got)
			}
		}
	})
}

func BenchmarkClean(b *testing.B) {
	for name, s := range map[string]string{
		"name":    "github.com/acme/shop/cart.(*Store).Put",
		"hostile": strings.Repeat("\u0903\x1b[31m价", 20_000),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Clean(s)
			}
		})
	}
}

func BenchmarkFitFunc(b *testing.B) {
	for b.Loop() {
		FitFunc("github.com/acme/shop/internal/checkout/cart.(*Store).Put.func1", 30)
	}
}

func TestSample(t *testing.T) {
	for in, want := range map[[2]string]string{
		{"heap", "inuse_space"}: "heap inuse_space", {"goroutine", "goroutine"}: "goroutine",
		{"profile", "cpu"}: "CPU", {"profile", "samples"}: "CPU samples", {"mutex", ""}: "mutex",
	} {
		if got := Sample(in[0], in[1]); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// TestWrapKeepsFlagsWhole checks that flags are not broken across lines, so
// that users can copy them.
func TestWrapKeepsFlagsWhole(t *testing.T) {
	got := Wrap("too often (429); give a longer --interval, or well-known --for 5m", 36)
	want := []string{"too often (429); give a longer", "--interval, or well-known --for 5m"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
