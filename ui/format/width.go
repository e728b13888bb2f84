package format

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// ellipsis marks where text was cut off.
const ellipsis = "…"

// Width returns the number of columns that s takes, ignoring escape sequences.
func Width(s string) int {
	if printableASCII(s) {
		return len(s)
	}
	return ansi.StringWidth(s)
}

// Fit shortens s to w columns, ending with "…" if anything was cut off. It counts
// wide graphemes as two columns and keeps escape sequences intact.
func Fit(s string, w int) string {
	if w <= 0 {
		return ""
	}
	if Width(s) <= w {
		return s
	}
	return ansi.Truncate(s, w, ellipsis)
}

// FitWords shortens s to w columns at a word boundary: "its first words …". If the first
// word is too long, it is cut.
func FitWords(s string, w int) string {
	if Width(s) <= w {
		return s
	}
	const tail = " " + ellipsis
	plain := ansi.Strip(s)
	kept := ansi.Truncate(plain, w-len(" ")-Width(ellipsis), "")
	if next := plain[len(kept):]; strings.TrimLeft(next, " ;:") == next { // within a word
		kept = kept[:strings.LastIndexByte(kept, ' ')+1]
	}
	if kept = strings.TrimRight(kept, " ,;:·"); strings.TrimSpace(kept) == "" {
		return Fit(s, w)
	}
	return ansi.Truncate(s, Width(kept)+Width(tail), tail)
}

// FitLeft shortens s to w columns by cutting its beginning: "…its end".
func FitLeft(s string, w int) string {
	if w <= 0 {
		return ""
	}
	n := Width(s)
	if n <= w {
		return s
	}
	for cut := n - w + 1; cut <= n; cut++ { // again while the cut splits a grapheme
		if rest := ansi.TruncateLeft(s, cut, ellipsis); rest != "" && Width(rest) <= w {
			return rest
		}
	}
	return ellipsis
}

// FitFunc shortens the name of a Go function to w columns. It drops leading elements of
// the import path, then the package, then cuts from the left, since the end is the most
// specific:
//
//	github.com/acme/shop/cart.(*Store).Put
//	…/shop/cart.(*Store).Put
//	cart.(*Store).Put
//	(*Store).Put
//	…Store).Put
func FitFunc(name string, w int) string {
	if w <= 0 {
		return ""
	}
	if Width(name) <= w {
		return name
	}
	path := strings.IndexAny(name, "[(") // type arguments and receivers have paths of their own
	if path < 0 {
		path = len(name)
	}
	for rest, at := name, 0; ; {
		i := strings.IndexByte(rest, '/')
		if i < 0 || at+i >= path {
			return fitBase(rest, w)
		}
		rest, at = rest[i+1:], at+i+1
		if s := ellipsis + "/" + rest; Width(s) <= w {
			return s
		}
	}
}

// fitBase shortens "cart.(*Store).Put", a name without the path of its package.
func fitBase(name string, w int) string {
	if Width(name) <= w {
		return name
	}
	if i := strings.IndexByte(name, '.'); i >= 0 && Width(name[i+1:]) <= w {
		return name[i+1:]
	}
	return FitLeft(name, w)
}

// Pad pads s with spaces on the right to w columns, or shortens it.
func Pad(s string, w int) string {
	s = Fit(s, w)
	return s + Blank(w-Width(s))
}

// PadLeft pads s with spaces on the left to w columns, or shortens it.
func PadLeft(s string, w int) string {
	s = Fit(s, w)
	return Blank(w-Width(s)) + s
}

// Blank returns n spaces, none where n is below 0.
func Blank(n int) string { return strings.Repeat(" ", max(n, 0)) }

// FirstFit returns the first of the texts that fits in w columns, or else the last.
func FirstFit(w int, texts ...string) string {
	for _, s := range texts {
		if Width(s) <= w {
			return s
		}
	}
	return texts[len(texts)-1]
}

// Capitalize makes the first letter upper case, if it is ASCII, to show an error's text
// as a sentence.
func Capitalize(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
