// Package theme defines all colours, styles and symbols.
//
// A [Theme] is made for a background and a colour profile. It has a style for
// each [Tone], which names a meaning, not a colour. No meaning depends on colour
// alone: words or the symbols of this package express it too, so nothing is lost
// without colours.
//
// The program writes Unicode everywhere. For a terminal that cannot show it, the
// finished frame goes through [ToASCII], which keeps columns aligned.
package theme
