package theme

import (
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
)

// Tone names what a piece of text means, for the theme to dress it.
type Tone int

// The tones. Plain is the terminal's own foreground.
const (
	Plain      Tone = iota
	Title           // the program's and a pane's name
	Dim             // what may be overlooked: units, hints, axes
	Accent          // what is chosen or can be acted on
	Good            // steady, recovered
	Warn            // look here, not proven
	Bad             // a leak, a failure
	Header          // the head of a table
	Sorted          // the head of the column that a table is sorted by
	Selected        // the row under the cursor
	Match           // what a search has found
	Key             // a key in a hint
	GrowthUp        // a value that grows
	GrowthDown      // a value that shrinks
	ChartLine       // the series of a chart
	ChartOther      // the second series of a chart
	ChartAxis       // labels and axes of a chart
	ChartMark       // an event on the time axis
	ChartLimit      // the line that must not be reached
	Border          // lines between areas
	Tab             // the name of a pane that is not open
	TabOpen         // the name of the open pane
	FlameOwn        // a frame of a flame graph: the user's module
	FlameDep        // a dependency
	FlameLib        // the standard library and the runtime
	FlameOwnUp      // the same three where they grow
	FlameDepUp
	FlameLibUp
	FlameFound  // a frame that a search has found
	FlameCursor // the frame under the cursor
	toneCount
)

// Theme gives the style for each tone. The zero Theme is plain: it has no
// colours and no attributes. A Theme is small and never changes; use [New].
type Theme struct {
	// Dark says that the background is dark.
	Dark bool
	// Profile is how many colours there are.
	Profile colorprofile.Profile
	// ASCII says that the terminal shows no Unicode: what is drawn in braille has
	// to be told apart otherwise, see [ToASCII].
	ASCII bool

	tones, selected *[toneCount]dress
}

// dress is a style, and the escape sequences that it begins and ends with:
// many short pieces of text are dressed in each frame, and lipgloss takes a
// microsecond for each.
type dress struct {
	style       lipgloss.Style
	open, close string
}

func newDress(s lipgloss.Style) dress {
	open, end, _ := strings.Cut(s.Render("x"), "x")
	return dress{style: s, open: open, close: end}
}

// New makes the theme for a background and a number of colours. The ASCII
// profile gives a theme without colours, which tells by bold, faint, underline
// and reverse; NoTTY one without any escape sequence.
func New(dark bool, p colorprofile.Profile) Theme {
	t := Theme{Dark: dark, Profile: p, tones: new([toneCount]dress), selected: new([toneCount]dress)}
	for tone := range toneCount {
		t.tones[tone] = newDress(palette[tone].style(dark, p))
		t.selected[tone] = newDress(palette[tone].onSelected(dark, p))
	}
	return t
}

// Style returns the style of a tone; the plain one for a tone it doesn't know.
func (t Theme) Style(tone Tone) lipgloss.Style {
	if t.tones == nil {
		return lipgloss.NewStyle()
	}
	return t.tones[known(tone)].style
}

// Render returns s in the style of a tone. s must be one line.
func (t Theme) Render(tone Tone, s string) string { return wear(t.tones, tone, s) }

// RenderSelected returns s in the style of a tone on the row under the cursor.
// Where there are colours enough the tone keeps its foreground on the row's
// background; else all is in the row's style, so that it stays readable.
func (t Theme) RenderSelected(tone Tone, s string) string { return wear(t.selected, tone, s) }

func wear(from *[toneCount]dress, tone Tone, s string) string {
	if from == nil || s == "" {
		return s
	}
	d := &from[known(tone)]
	if d.open == "" {
		return s
	}
	return d.open + s + d.close
}

func known(tone Tone) Tone {
	if tone < 0 || tone >= toneCount {
		return Plain
	}
	return tone
}
