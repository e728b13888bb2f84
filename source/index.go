package source

import (
	"html"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/leaktop/leaktop/profile"
)

// index is what the page at /debug/pprof/ says.
type index struct {
	counts map[profile.Kind]int // a profile by the number of its entries
	offers []profile.Kind       // in the order of the page; cmdline and symbol are no profiles
}

// indexRow matches a row of the page as net/http/pprof has written it since
// Go 1.4: a count and a link, with and without quotes and closing tags.
var indexRow = regexp.MustCompile(`<td[^>]*>\s*(\d{1,18})\s*(?:</td>)?\s*<td[^>]*>\s*<a href=["']?([\w./-]+)(?:\?debug=1)?["']?\s*>([^<]+)</a>`)

// longestLabel is of a link and of a profile's name, in characters. It stands
// here because counted repeats in an expression are dear to compile.
const longestLabel = 100

// maxOffers bounds the profiles taken from a page that is not to be trusted.
const maxOffers = 100

// parseIndex reads the index page; false if the page is something else.
func parseIndex(page string) (index, bool) {
	ix := index{counts: map[profile.Kind]int{}}
	for _, m := range indexRow.FindAllStringSubmatch(page, maxOffers) {
		if len(m[2]) > longestLabel || utf8.RuneCountInString(m[3]) > longestLabel {
			continue
		}
		name := profile.Kind(clean(html.UnescapeString(m[3]), 60))
		if name == "cmdline" || name == "symbol" || !askable(name) {
			continue
		}
		if _, twice := ix.counts[name]; twice {
			continue
		}
		n, _ := strconv.Atoi(m[1])
		ix.counts[name] = n
		ix.offers = append(ix.offers, name)
	}
	return ix, len(ix.offers) > 0
}

// looksLikeIndex says whether the beginning of an answer is the index page.
func looksLikeIndex(head string) bool {
	return strings.Contains(head, "<title>/debug/pprof") || strings.Contains(head, "profiles:") && strings.Contains(head, "/pprof/")
}
