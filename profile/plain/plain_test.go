package plain

import (
	"bytes"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// hostile are texts that affect a terminal, or hide something.
var hostile = []struct{ in, line, frame string }{
	{"plain", "plain", "plain"},
	{"a\nb\tc", "a b c", "a\nb c"},
	{"\x1b[31mred\x1b[0m", "red", "\x1b[31mred\x1b[0m"},
	{"\x1b[2J\x1b[Hgone", "gone", "gone"},
	{"\x1b]0;title\x07x", "x", "x"},
	{"\x1b]52;c;AAAA\x1b\\x", "x", "x"},
	{"\x1bPq\x1b\\x", "x", "x"},
	{"\x1b(0x", "x", "x"},
	{"\x1bcx", "x", "x"},
	{"\u009b2Jx", "x", "x"},
	{"\u009d0;t\u009cx", "x", "x"},
	{"\x9b2Jx", "\ufffd2Jx", "\ufffd2Jx"},
	{"a\u0085b", "a b", "a b"},
	{"a\u2028b\u2029c", "a b c", "a b c"},
	{"evil\u202egpj.exe", "evilgpj.exe", "evilgpj.exe"},
	{"a\u200bb\ufeffc\u2066d", "abcd", "abcd"},
	{"\U000e0041tag", "tag", "tag"},
	{"\ue000private", "private", "private"},
	{"\x1b", "", ""},
	{"\x1b[", "", ""},
	{"\x00\x08\x7f", "", ""},
	{"caf\u00e9 价格 – │█⣿", "café 价格 – │█⣿", "café 价格 – │█⣿"},
}

func TestLine(t *testing.T) {
	for _, c := range hostile {
		if got := Line(c.in); got != c.line {
			t.Errorf("%q became %q, want %q", c.in, got, c.line)
		}
	}
}

func TestFrame(t *testing.T) {
	for _, c := range hostile {
		if got := Frame(c.in); got != c.frame {
			t.Errorf("%q became %q, want %q", c.in, got, c.frame)
		}
	}
}

func TestClip(t *testing.T) {
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{
		{"  a \n\t b ", 10, "a b"},
		{"abcdef", 6, "abcdef"},
		{"abcdefg", 6, "abcde…"},
		{"价格价格", 3, "价格…"},
		{"ab", 0, "…"},
	} {
		if got := Clip(c.in, c.n); got != c.want {
			t.Errorf("%q became %q, want %q", c.in, got, c.want)
		}
	}
}

// Different names stay different even if they differ only in hidden characters.
func TestName(t *testing.T) {
	for in, want := range map[string]string{
		"main.f": "main.f", "main.f\u200b": "main.f\ufffd", "main\u202e.f": "main\ufffd.f", "\x1b[31m": "\ufffd[31m", "价": "价",
		"a\xffb": "a\ufffdb", "\u3164": "\ufffd",
	} {
		if got := Name(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

// A writer cleans text however it is split into writes.
func TestWriter(t *testing.T) {
	for _, styled := range []bool{false, true} {
		for _, c := range hostile {
			var whole bytes.Buffer
			if n, err := NewWriter(&whole, styled).Write([]byte(c.in)); n != len(c.in) || err != nil {
				t.Fatalf("%d of %d bytes, %v", n, len(c.in), err)
			}
			checkSafe(t, whole.String(), styled)
			var pieces bytes.Buffer
			w := NewWriter(&pieces, styled)
			for i := range len(c.in) {
				if _, err := w.Write([]byte{c.in[i]}); err != nil {
					t.Fatal(err)
				}
			}
			checkSafe(t, pieces.String(), styled)
			if !strings.Contains(c.in, "\x1b") && !strings.Contains(c.in, "\u009b") && !strings.Contains(c.in, "\u009d") && pieces.String() != whole.String() {
				t.Errorf("%q in pieces became %q, else %q", c.in, pieces.String(), whole.String())
			}
		}
	}
	var b bytes.Buffer
	w := NewWriter(&b, true)
	for _, part := range []string{"\x1b[3", "1mred\x1b", "[m\tcaf\xc3", "\xa9\n"} {
		if _, err := w.Write([]byte(part)); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := b.String(), "\x1b[31mred\x1b[m\tcafé\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func checkSafe(t testing.TB, s string, styled bool) {
	t.Helper()
	if styled {
		for i := strings.IndexByte(s, '\x1b'); i >= 0; i = strings.IndexByte(s, '\x1b') {
			n := styleLen(s[i:])
			if n == 0 {
				t.Fatalf("%q is left", s[i:])
			}
			s = s[:i] + s[i+n:]
		}
	}
	if !utf8.ValidString(s) {
		t.Fatalf("%q is not UTF-8", s)
	}
	for _, r := range s {
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp)) {
			t.Fatalf("%q has %U", s, r)
		}
	}
}

func FuzzPlain(f *testing.F) {
	for _, c := range hostile {
		f.Add(c.in)
	}
	f.Fuzz(func(t *testing.T, s string) {
		line := Line(s)
		checkSafe(t, line, false)
		if strings.ContainsAny(line, "\n\t") || Line(line) != line {
			t.Fatalf("%q became %q, then %q", s, line, Line(line))
		}
		frame := Frame(s)
		checkSafe(t, frame, true)
		if again := Frame(frame); again != frame {
			t.Fatalf("%q became %q, then %q", s, frame, again)
		}
		checkSafe(t, Name(s), false)
		if c := Clip(s, 20); utf8.RuneCountInString(c) > 20 {
			t.Fatalf("%q has more than 20 characters", c)
		}
		var b bytes.Buffer
		w := NewWriter(&b, len(s)%2 == 0)
		_, _ = w.Write([]byte(s[:len(s)/2]))
		_, _ = w.Write([]byte(s[len(s)/2:]))
		checkSafe(t, b.String(), true)
	})
}

// BenchmarkFrame measures the cost of cleaning a screen of 200 by 60.
func BenchmarkFrame(b *testing.B) {
	s := strings.Repeat(strings.Repeat("\x1b[38;2;138;145;158mabcdefgh\x1b[m│⣿ ", 18)+"\n", 60)
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		if len(Frame(s)) != len(s) {
			b.Fatal("changed")
		}
	}
}
