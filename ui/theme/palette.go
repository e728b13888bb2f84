package theme

import (
	"image/color"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
)

// attr is a set of attributes besides colour.
type attr int

const (
	bold attr = 1 << iota
	faint
	underline
	reverse
)

// shade is a colour for each colour profile. An empty string means the terminal's
// own colour.
type shade struct{ ansi, ansi256, rgb string }

// pair has a shade for dark and one for light backgrounds.
type pair struct{ dark, light shade }

// look is the appearance of a tone. attr always applies, few is added with 16
// colours, and mono without colours.
type look struct {
	fg, bg          pair
	attr, few, mono attr
}

// The colours are few and muted, and differ in lightness too, for people who
// cannot distinguish red from green. Contrast with the background is at least
// 4.5:1 (WCAG 2.1, 1.4.3), for grey 3:1.
var (
	grey   = pair{shade{"", "245", "#8a919e"}, shade{"", "243", "#6b7280"}}
	blue   = pair{shade{"6", "110", "#7fb4e0"}, shade{"4", "25", "#1f5fa8"}}
	green  = pair{shade{"2", "108", "#8fbf8a"}, shade{"2", "22", "#2f6f3a"}}
	amber  = pair{shade{"3", "179", "#e0b060"}, shade{"3", "94", "#8a5a00"}}
	red    = pair{shade{"1", "174", "#f08a80"}, shade{"1", "124", "#b3261e"}}
	violet = pair{shade{"5", "140", "#b79be0"}, shade{"5", "54", "#6b3fa0"}}
	line   = pair{shade{"", "239", "#454b57"}, shade{"", "250", "#c3c8d0"}}
	cursor = pair{shade{"", "237", "#2b3240"}, shade{"", "254", "#e2e8f2"}}
	found  = pair{shade{"", "58", "#5a4a1a"}, shade{"", "229", "#fbe9a0"}}
)

// palette has the appearance of each tone.
var palette = [toneCount]look{
	Plain:      {},
	Title:      {fg: blue, attr: bold},
	Dim:        {fg: grey, few: faint, mono: faint},
	Accent:     {fg: blue, mono: bold},
	Good:       {fg: green},
	Warn:       {fg: amber, mono: bold},
	Bad:        {fg: red, attr: bold},
	Header:     {fg: grey, few: faint, mono: faint},
	Sorted:     {attr: bold},
	Selected:   {bg: cursor, attr: bold, few: reverse, mono: reverse},
	Match:      {bg: found, attr: bold | underline},
	Key:        {fg: blue, mono: bold},
	GrowthUp:   {fg: amber},
	GrowthDown: {fg: green},
	ChartLine:  {fg: blue},
	ChartOther: {fg: violet},
	ChartAxis:  {fg: grey, few: faint, mono: faint},
	ChartMark:  {fg: violet},
	ChartLimit: {fg: red},
	Border:     {fg: line, few: faint, mono: faint},
	Tab:        {fg: grey, few: faint, mono: faint},
	TabOpen:    {attr: bold | underline},

	FlameOwn:    {fg: onBlue, bg: boxBlue, attr: bold},
	FlameDep:    {fg: onViolet, bg: boxViolet},
	FlameLib:    {fg: onGrey, bg: boxGrey, mono: faint},
	FlameOwnUp:  {fg: onOrange, bg: boxOrange, attr: bold},
	FlameDepUp:  {fg: onOrange, bg: boxTan},
	FlameLibUp:  {fg: onOrange, bg: boxBrown, mono: faint},
	FlameFound:  {fg: onPink, bg: boxPink, attr: bold | underline},
	FlameCursor: {fg: onCursor, bg: boxCursor, attr: bold, few: reverse, mono: reverse},
}

func (l look) style(dark bool, p colorprofile.Profile) lipgloss.Style {
	a := l.attr
	switch {
	case p < colorprofile.ASCII:
		return lipgloss.NewStyle()
	case p == colorprofile.ASCII:
		a |= l.mono
	case p == colorprofile.ANSI:
		a |= l.few
	}
	s := lipgloss.NewStyle()
	if c := l.fg.color(dark, p); c != nil {
		s = s.Foreground(c)
	}
	if c := l.bg.color(dark, p); c != nil {
		s = s.Background(c)
	}
	if a&bold != 0 {
		s = s.Bold(true)
	}
	if a&faint != 0 {
		s = s.Faint(true)
	}
	if a&underline != 0 {
		s = s.Underline(true)
	}
	if a&reverse != 0 {
		s = s.Reverse(true)
	}
	return s
}

// onSelected returns the style of the tone on the row under the cursor.
func (l look) onSelected(dark bool, p colorprofile.Profile) lipgloss.Style {
	row := palette[Selected].style(dark, p)
	if p < colorprofile.ANSI256 {
		if l.attr&underline != 0 && p >= colorprofile.ASCII {
			row = row.Underline(true) // keep search matches marked
		}
		return row
	}
	if l.bg.color(dark, p) != nil {
		return l.style(dark, p)
	}
	if c := l.fg.color(dark, p); c != nil {
		row = row.Foreground(c)
	}
	return row
}

// color returns the colour to use; nil means the terminal's own.
func (c pair) color(dark bool, p colorprofile.Profile) color.Color {
	s := c.light
	if dark {
		s = c.dark
	}
	name := ""
	switch p {
	case colorprofile.ANSI:
		name = s.ansi
	case colorprofile.ANSI256:
		name = s.ansi256
	case colorprofile.TrueColor:
		name = s.rgb
	}
	if name == "" {
		return nil
	}
	return lipgloss.Color(name)
}
