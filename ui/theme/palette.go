package theme

import (
	"image/color"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
)

// attr is a set of attributes besides color.
type attr int

const (
	bold attr = 1 << iota
	faint
	underline
	inverse
)

// profileColor is a color for each color profile. An empty string means the terminal's
// own color.
type profileColor struct{ ansi, ansi256, rgb string }

// darkLight has a shade for dark and one for light backgrounds.
type darkLight struct{ dark, light profileColor }

// toneStyle is the appearance of a tone. attr always applies, few is added with 16
// colors, and mono without colors.
type toneStyle struct {
	fg, bg                    darkLight
	attrAll, attr16, attrMono attr
}

// The colors are few and muted, and differ in lightness too, for people who
// cannot distinguish red from green. Contrast with the background is at least
// 4.5:1 (WCAG 2.1, 1.4.3), for gray 3:1.
var (
	gray     = darkLight{profileColor{"", "245", "#8a919e"}, profileColor{"", "243", "#6b7280"}}
	blue     = darkLight{profileColor{"6", "110", "#7fb4e0"}, profileColor{"4", "25", "#1f5fa8"}}
	green    = darkLight{profileColor{"2", "108", "#8fbf8a"}, profileColor{"2", "22", "#2f6f3a"}}
	amber    = darkLight{profileColor{"3", "179", "#e0b060"}, profileColor{"3", "94", "#8a5a00"}}
	red      = darkLight{profileColor{"1", "174", "#f08a80"}, profileColor{"1", "124", "#b3261e"}}
	violet   = darkLight{profileColor{"5", "140", "#b79be0"}, profileColor{"5", "54", "#6b3fa0"}}
	line     = darkLight{profileColor{"", "239", "#454b57"}, profileColor{"", "250", "#c3c8d0"}}
	cursorBg = darkLight{profileColor{"", "237", "#2b3240"}, profileColor{"", "254", "#e2e8f2"}}
	matchBg  = darkLight{profileColor{"", "58", "#5a4a1a"}, profileColor{"", "229", "#fbe9a0"}}
)

// palette has the appearance of each tone.
var palette = [toneCount]toneStyle{
	Plain:      {},
	Title:      {fg: blue, attrAll: bold},
	Dim:        {fg: gray, attr16: faint, attrMono: faint},
	Accent:     {fg: blue, attrMono: bold},
	Good:       {fg: green},
	Warn:       {fg: amber, attrMono: bold},
	Bad:        {fg: red, attrAll: bold},
	Header:     {fg: gray, attr16: faint, attrMono: faint},
	Sorted:     {attrAll: bold},
	selected:   {bg: cursorBg, attrAll: bold, attr16: inverse, attrMono: inverse},
	Match:      {bg: matchBg, attrAll: bold | underline},
	Key:        {fg: blue, attrMono: bold},
	GrowthUp:   {fg: amber},
	GrowthDown: {fg: green},
	ChartLine:  {fg: blue},
	ChartOther: {fg: violet},
	ChartAxis:  {fg: gray, attr16: faint, attrMono: faint},
	ChartMark:  {fg: violet},
	ChartLimit: {fg: red},
	Border:     {fg: line, attr16: faint, attrMono: faint},
	Tab:        {fg: gray, attr16: faint, attrMono: faint},
	TabOpen:    {attrAll: bold | underline},

	FlameOwn:    {fg: onBlue, bg: boxBlue, attrAll: bold},
	FlameDep:    {fg: onViolet, bg: boxViolet},
	FlameLib:    {fg: onGray, bg: boxGray, attrMono: faint},
	FlameOwnUp:  {fg: onOrange, bg: boxOrange, attrAll: bold},
	FlameDepUp:  {fg: onOrange, bg: boxTan},
	FlameLibUp:  {fg: onOrange, bg: boxBrown, attrMono: faint},
	FlameMatch:  {fg: onPink, bg: boxPink, attrAll: bold | underline},
	FlameCursor: {fg: onCursor, bg: boxCursor, attrAll: bold, attr16: inverse, attrMono: inverse},
}

func (t toneStyle) build(dark bool, p colorprofile.Profile) lipgloss.Style {
	a := t.attrAll
	switch {
	case p < colorprofile.ASCII:
		return lipgloss.NewStyle()
	case p == colorprofile.ASCII:
		a |= t.attrMono
	case p == colorprofile.ANSI:
		a |= t.attr16
	}
	s := lipgloss.NewStyle()
	if c := t.fg.pickColor(dark, p); c != nil {
		s = s.Foreground(c)
	}
	if c := t.bg.pickColor(dark, p); c != nil {
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
	if a&inverse != 0 {
		s = s.Reverse(true)
	}
	return s
}

// buildSelected returns the style of the tone on the row under the cursor.
func (t toneStyle) buildSelected(dark bool, p colorprofile.Profile) lipgloss.Style {
	row := palette[selected].build(dark, p)
	if p < colorprofile.ANSI256 {
		if t.attrAll&underline != 0 && p >= colorprofile.ASCII {
			row = row.Underline(true) // keep search matches marked
		}
		return row
	}
	if t.bg.pickColor(dark, p) != nil {
		return t.build(dark, p)
	}
	if c := t.fg.pickColor(dark, p); c != nil {
		row = row.Foreground(c)
	}
	return row
}

// pickColor returns the color to use; nil means the terminal's own.
func (d darkLight) pickColor(dark bool, p colorprofile.Profile) color.Color {
	s := d.light
	if dark {
		s = d.dark
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
