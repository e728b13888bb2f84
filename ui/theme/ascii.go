package theme

import (
	"strings"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
)

// asciiOf maps symbols to ASCII characters.
var asciiOf = map[rune]byte{
	'›': '>', '●': '*', '◐': '~', '○': 'o', '▲': '^', '▼': 'v', '✗': 'x', '✓': '+', '↻': '@',
	'◆': '#', '‖': '=', '•': '*', '·': '.', '…': '~', '–': '-', '—': '-', '−': '-', '±': '~', '×': 'x',
	'≈': '~', '≤': '<', '≥': '>', 'µ': 'u', '→': '>', '←': '<', '↑': '^', '↓': 'v', '’': '\'', '‘': '\'',
	'“': '"', '”': '"', '▁': '_', '▂': '.', '▃': ',', '▄': '-', '▅': '~', '▆': '=', '▇': '+', '█': '#',
	'▉': '#', '▊': '#', '▋': '#', '▌': '=', '▍': '-', '▎': '-', '▏': '|', '░': '.', '▒': ':', '▓': '%',
	'│': '|', '┃': '|', '┊': ':', '╎': ':', '┋': ':', '─': '-', '━': '=', '╌': '=', '┄': '-', '═': '=', '╵': '\'',
	'╷': '.', '╴': '-', '╶': '-', '┤': '|', '├': '|', '┴': '+', '┬': '+', '┼': '+', '┌': '+', '┐': '+',
	'└': '+', '┘': '+', '╭': '+', '╮': '+', '╯': '+', '╰': '+', '\u00a0': ' ',
}

// ToASCII replaces the Unicode characters of a finished frame by ASCII ones of the
// same width, so that columns stay aligned. Escape sequences are ASCII already. A
// character without a counterpart becomes question marks.
func ToASCII(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for len(s) > 0 {
		i := 0
		for i < len(s) && s[i] < utf8.RuneSelf {
			i++
		}
		b.WriteString(s[:i])
		s = s[i:]
		if s == "" {
			break
		}
		g := displaywidth.StringGraphemes(s)
		g.Next()
		cluster := g.Value()
		s = s[len(cluster):]
		writeASCII(&b, cluster, g.Width())
	}
	return b.String()
}

func writeASCII(b *strings.Builder, cluster string, width int) {
	r, n := utf8.DecodeRuneInString(cluster)
	switch {
	case n == len(cluster) && r >= 0x2800 && r <= 0x28ff:
		b.WriteByte(brailleASCII(r))
	case width == 1 && asciiOf[r] != 0:
		b.WriteByte(asciiOf[r])
	default:
		for range width {
			b.WriteByte('?')
		}
	}
}

// brailleASCII returns the ASCII character closest to a braille pattern by the
// height of its dots, so that a line drawn in braille stays a line.
func brailleASCII(r rune) byte {
	dots := r - 0x2800
	top, upper := dots&0x09 != 0, dots&0x12 != 0
	lower, bottom := dots&0x24 != 0, dots&0xc0 != 0
	switch {
	case dots == 0:
		return ' '
	case top && bottom, top && lower, upper && bottom:
		return '|'
	case top:
		return '\''
	case bottom:
		return '.'
	default:
		return '-'
	}
}
