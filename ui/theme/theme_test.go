package theme

import (
	"image/color"
	"math"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

var profiles = []colorprofile.Profile{
	colorprofile.NoTTY, colorprofile.ASCII, colorprofile.ANSI, colorprofile.ANSI256, colorprofile.TrueColor,
}

// A theme uses no more colors than the profile has, and never loses text.
func TestRenderKeepsToTheProfile(t *testing.T) {
	for _, p := range profiles {
		for _, dark := range []bool{true, false} {
			th := New(dark, p)
			for tone := range toneCount {
				for _, s := range []string{th.Render(tone, "text"), th.RenderSelected(tone, "text"), th.Style(tone).Render("text")} {
					if ansi.Strip(s) != "text" {
						t.Errorf("%v, tone %d: %q", p, tone, s)
					}
					if p == colorprofile.NoTTY && s != "text" {
						t.Errorf("no terminal, tone %d: %q", tone, s)
					}
					if used := colors(s); used > p {
						t.Errorf("%v, tone %d uses %v: %q", p, tone, used, s)
					}
				}
			}
		}
	}
}

// colors returns the smallest profile that can show the sequences in s.
func colors(s string) colorprofile.Profile {
	need := colorprofile.NoTTY
	for _, seq := range strings.Split(s, "\x1b[")[1:] {
		params, _, _ := strings.Cut(seq, "m")
		switch {
		case strings.Contains(params, "8;2;"):
			need = max(need, colorprofile.TrueColor)
		case strings.Contains(params, "8;5;"):
			need = max(need, colorprofile.ANSI256)
		default:
			for _, n := range strings.Split(params, ";") {
				if len(n) > 1 {
					need = max(need, colorprofile.ANSI)
				}
			}
			need = max(need, colorprofile.ASCII)
		}
	}
	return need
}

func TestRenderEqualsStyle(t *testing.T) {
	th := New(true, colorprofile.TrueColor)
	for tone := range toneCount {
		if got, want := th.Render(tone, "x y"), th.Style(tone).Render("x y"); ansi.Strip(got) != ansi.Strip(want) || len(got) > len(want) {
			t.Errorf("tone %d: %q, want as %q", tone, got, want)
		}
	}
}

func TestUnknownToneAndZeroThemeArePlain(t *testing.T) {
	th := New(true, colorprofile.TrueColor)
	for _, got := range []string{th.Render(-1, "x"), th.Render(toneCount, "x"), th.Render(Plain, "x"), Theme{}.Render(Bad, "x"), Theme{}.Style(Bad).Render("x")} {
		if got != "x" {
			t.Errorf("got %q", got)
		}
	}
	if got := th.Render(Bad, ""); got != "" {
		t.Errorf("nothing became %q", got)
	}
}

// The row under the cursor and the matches of a search can be told apart from
// other text in every color profile.
func TestSelectedAndMatchAreSeen(t *testing.T) {
	for _, p := range profiles[1:] {
		for _, dark := range []bool{true, false} {
			th := New(dark, p)
			row, match := th.RenderSelected(Plain, "x"), th.RenderSelected(Match, "x")
			if row == "x" || match == row || th.Render(Match, "x") == "x" {
				t.Errorf("%v: row %q, found in it %q, found elsewhere %q", p, row, match, th.Render(Match, "x"))
			}
			if p < colorprofile.ANSI256 && th.RenderSelected(Bad, "x") != row {
				t.Errorf("%v: a color on a reversed row: %q", p, th.RenderSelected(Bad, "x"))
			}
		}
	}
}

// Text has the contrast that WCAG 2.1 requires, 4.5:1, and gray has 3:1, on the
// usual backgrounds and on the row under the cursor.
func TestContrast(t *testing.T) {
	for _, p := range []colorprofile.Profile{colorprofile.ANSI256, colorprofile.TrueColor} {
		for dark, grounds := range map[bool][]string{true: {"#000000", "#1e1e2e", "#282c34"}, false: {"#ffffff", "#fafafa"}} {
			for name, c := range map[string]darkLight{"blue": blue, "green": green, "amber": amber, "red": red, "violet": violet, "gray": gray} {
				least := 4.5
				if name == "gray" {
					least = 3
				}
				for _, g := range grounds {
					if r := contrast(c.pickColor(dark, p), lipgloss.Color(g)); r < least {
						t.Errorf("%s on %s, %v: %.1f:1", name, g, p, r)
					}
				}
				if r := contrast(c.pickColor(dark, p), cursorBg.pickColor(dark, p)); r < 3 {
					t.Errorf("%s on the row under the cursor, dark %v, %v: %.1f:1", name, dark, p, r)
				}
			}
		}
	}
}

func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	l := func(v uint32) float64 {
		f := float64(v) / 0xffff
		if f <= 0.03928 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	return 0.2126*l(r) + 0.7152*l(g) + 0.0722*l(b)
}
