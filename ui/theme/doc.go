// Package theme defines all colors, styles and symbols.
//
// A [Theme] is made for a background and a color profile. It has a style for
// each [Tone], which names a meaning, not a color. No meaning depends on color
// alone: words or the symbols of this package express it too, so nothing is lost
// without colors.
//
// The program writes Unicode everywhere. For a terminal that cannot show it, the
// finished frame goes through [ToASCII], which keeps columns aligned.
package theme
