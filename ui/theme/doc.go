// Package theme is the one place for colours, styles and symbols.
//
// A [Theme] is made for a background and a colour profile, and gives a style
// for each [Tone], which names a meaning and not a colour. No meaning is borne
// by a colour alone: words or the symbols of this package say it too, so a
// theme without colours loses nothing but beauty.
//
// The program writes Unicode everywhere. Where the terminal can't show it, the
// finished frame goes through [ToASCII], which keeps every column in place.
package theme
