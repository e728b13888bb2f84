package theme

import (
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
)

// Tone is the meaning of a piece of text, which determines its style.
type Tone int

// The tones. Plain is the terminal's own foreground.
const (
	Plain       Tone = iota
	Title            // the program's and a pane's name
	Dim              // less important: units, hints, axes
	Accent           // chosen, or can be acted on
	Good             // steady, recovered
	Warn             // worth a look, not proven
	Bad              // a leak, a failure
	Header           // the heading of a table
	Sorted           // the heading of the column that a table is sorted by
	selected         // the row under the cursor
	Match            // a match of a search
	Key              // a key in a hint
	GrowthUp         // a value that grows
	GrowthDown       // a value that shrinks
	ChartLine        // the series of a chart
	ChartOther       // the second series of a chart
	ChartAxis        // labels and axes of a chart
	ChartMark        // an event on the time axis
	ChartLimit       // the memory limit
	Border           // lines between areas
	Tab              // the name of a pane that is not open
	TabOpen          // the name of the open pane
	FlameOwn         // a frame of a flame graph: the user's module
	FlameDep         // a dependency
	FlameLib         // the standard library and the runtime
	FlameOwnUp       // like FlameOwn, growing
	FlameDepUp       // like FlameDep, growing
	FlameLibUp       // like FlameLib, growing
	FlameMatch       // a frame that matches a search
	FlameCursor      // the frame under the cursor
	toneCount
)

// Theme has a style for each tone. Use [New]; the zero Theme has no colors and no
// attributes. A Theme is small and immutable.
type Theme struct {
	// Dark means that the background is dark.
	Dark bool
	// Profile is the terminal's range of colors.
	Profile colorprofile.Profile
	// ASCII means that the terminal does not show Unicode, see [ToASCII]. Braille
	// drawings must then differ in more than their dots.
	ASCII bool

	tones, selected *[toneCount]rendered
}

// rendered is a style with its opening and closing escape sequences. They are
// computed once, because a frame has many short pieces of text, and lipgloss takes
// a microsecond for each.
type rendered struct {
	style       lipgloss.Style
	open, close string
}

func prerender(s lipgloss.Style) rendered {
	open, end, _ := strings.Cut(s.Render("x"), "x")
	return rendered{style: s, open: open, close: end}
}

// New returns the theme for a background and a color profile. With the ASCII
// profile it uses only bold, faint, underline and reverse; with NoTTY it uses no
// escape sequences.
func New(dark bool, p colorprofile.Profile) Theme {
	t := Theme{Dark: dark, Profile: p, tones: new([toneCount]rendered), selected: new([toneCount]rendered)}
	for tone := range toneCount {
		t.tones[tone] = prerender(palette[tone].build(dark, p))
		t.selected[tone] = prerender(palette[tone].buildSelected(dark, p))
	}
	return t
}

// Style returns the style of a tone; an unknown tone is plain.
func (t Theme) Style(tone Tone) lipgloss.Style {
	if t.tones == nil {
		return lipgloss.NewStyle()
	}
	return t.tones[validTone(tone)].style
}

// Render returns s in the style of a tone. s must be one line.
func (t Theme) Render(tone Tone, s string) string { return renderTone(t.tones, tone, s) }

// RenderSelected returns s in the style of a tone on the row under the cursor.
// With 256 colors or more the tone keeps its foreground on the row's background;
// otherwise everything is in the row's style, to stay readable.
func (t Theme) RenderSelected(tone Tone, s string) string { return renderTone(t.selected, tone, s) }

func renderTone(from *[toneCount]rendered, tone Tone, s string) string {
	if from == nil || s == "" {
		return s
	}
	d := &from[validTone(tone)]
	if d.open == "" {
		return s
	}
	return d.open + s + d.close
}

func validTone(tone Tone) Tone {
	if tone < 0 || tone >= toneCount {
		return Plain
	}
	return tone
}
