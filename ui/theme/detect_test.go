package theme

import (
	"io"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

func TestDetect(t *testing.T) {
	tty := []string{"TERM=xterm-256color", "COLORTERM=truecolor", "TTY_FORCE=1"}
	for _, c := range []struct {
		env  []string
		want colorprofile.Profile
	}{
		{nil, colorprofile.TrueColor},
		{[]string{"NO_COLOR="}, colorprofile.TrueColor},
		{[]string{"NO_COLOR=1"}, colorprofile.ASCII},
		{[]string{"NO_COLOR=yes"}, colorprofile.ASCII}, // colorprofile takes booleans only
		{[]string{"NO_COLOR=0"}, colorprofile.ASCII},
		{[]string{"NO_COLOR=x", "NO_COLOR="}, colorprofile.TrueColor},
	} {
		if got := DetectProfile(io.Discard, append(tty, c.env...)); got != c.want {
			t.Errorf("%v: got %v, want %v", c.env, got, c.want)
		}
	}
	if got := DetectProfile(io.Discard, nil); got > colorprofile.NoTTY {
		t.Errorf("no terminal: got %v", got)
	}
}

func TestASCII(t *testing.T) {
	for _, c := range []struct {
		env  []string
		want bool
	}{
		{nil, false},
		{[]string{"LANG=en_US.UTF-8"}, false},
		{[]string{"LANG=C.utf8"}, false},
		{[]string{"LANG=C"}, true},
		{[]string{"LANG=de_DE.ISO-8859-1"}, true},
		{[]string{"LANG=C", "LC_CTYPE=C.UTF-8"}, false},
		{[]string{"LANG=C.UTF-8", "LC_ALL=POSIX"}, true},
		{[]string{"LANG=C.UTF-8", "LC_ALL="}, false},
		{[]string{"LANG=C.UTF-8", "TERM=linux"}, true},
	} {
		if got := NeedsASCII(c.env); got != c.want {
			t.Errorf("%v: got %v, want %v", c.env, got, c.want)
		}
	}
}

func TestToASCII(t *testing.T) {
	for in, want := range map[string]string{
		"":      "",
		"plain": "plain",
		"› main.(*Cache).Put  ▁▂▃▄▅▆▇█": "> main.(*Cache).Put  _.,-~=+#",
		"12–31 of 4,812 · …":            "12-31 of 4,812 . ~",
		"\x1b[1m●\x1b[m leak":           "\x1b[1m*\x1b[m leak",
		"⠀⣀⠤⠒⠉⡇":                        " .--'|",
		"价格":                            "????",
		"e\u0301":                       "e",
		"µs ±3":                         "us ~3",
	} {
		if got := ToASCII(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// The result has only ASCII characters, and each is in the same column as
// before.
func TestToASCIIOfAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.RuneFrom([]rune("a ›●▁█⣀╎价한é\u0301\u202e\u200b👩‍🇩"))).Draw(t, "s")
		got := ToASCII(s)
		for i := range len(got) {
			if got[i] > 0x7e {
				t.Fatalf("%q became %q", s, got)
			}
		}
		if a, b := ansi.StringWidth(s), len(got); a != b {
			t.Fatalf("%q is %d wide, %q is %d", s, a, got, b)
		}
	})
}

func TestSymbolsAreNarrowAndHaveALikeness(t *testing.T) {
	for _, s := range []string{
		SymbolCursor, SymbolLeak, SymbolWatch, SymbolSteady, SymbolUp, SymbolDown, SymbolFailed, SymbolOK,
		SymbolRestart, SymbolMark, SymbolPaused, SymbolLive, SymbolPath, SymbolDot, SymbolMore,
	} {
		if ansi.StringWidth(s) != 1 || ansi.StringWidthWc(s) != 1 {
			t.Errorf("%q is not one column wide", s)
		}
		if got := ToASCII(s); got == "?" {
			t.Errorf("%q has no likeness in ASCII", s)
		}
	}
}

func TestBackground(t *testing.T) {
	for value, want := range map[string][2]bool{
		"15;0": {true, true}, "0;15": {false, true}, "12;8": {true, true}, "0;default;7": {false, true}, "7;2": {true, true},
		"": {false, false}, "15;default": {false, false}, "0;99": {false, false}, "x": {false, false},
	} {
		dark, ok := Background([]string{"COLORFGBG=" + value})
		if dark != want[0] || ok != want[1] {
			t.Errorf("%q: dark %t, known %t", value, dark, ok)
		}
	}
}
