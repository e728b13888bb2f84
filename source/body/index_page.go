package body

import (
	"html"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/plain"
)

// Index is the content of the page at /debug/pprof/.
type Index struct {
	Counts map[profile.Kind]int // number of entries of each profile
	Kinds  []profile.Kind       // profiles in the order of the page, without cmdline and symbol
}

// indexRow matches a row of the page as net/http/pprof has written it since
// Go 1.4: a count and a link, with and without quotes and closing tags.
var indexRow = regexp.MustCompile(`<td[^>]*>\s*(\d{1,18})\s*(?:</td>)?\s*<td[^>]*>\s*<a href=["']?([\w./-]+)(?:\?debug=1)?["']?\s*>([^<]+)</a>`)

// maxLabelLen bounds a link and a profile's name, in characters. It is not part of
// the expression because counted repeats are slow to compile.
const maxLabelLen = 100

// maxOffers bounds the profiles read from an untrusted page.
const maxOffers = 100

// ParseIndex parses the index page. It returns false if the page is something else.
func ParseIndex(page string) (Index, bool) {
	ix := Index{Counts: map[profile.Kind]int{}}
	for _, m := range indexRow.FindAllStringSubmatch(page, maxOffers) {
		if len(m[2]) > maxLabelLen || utf8.RuneCountInString(m[3]) > maxLabelLen {
			continue
		}
		name := profile.Kind(plain.Clip(html.UnescapeString(m[3]), 60))
		if name == "cmdline" || name == "symbol" || !IsSafeName(name) {
			continue
		}
		if _, twice := ix.Counts[name]; twice {
			continue
		}
		n, _ := strconv.Atoi(m[1])
		ix.Counts[name] = n
		ix.Kinds = append(ix.Kinds, name)
	}
	return ix, len(ix.Kinds) > 0
}

// looksLikeIndex reports whether head is the beginning of the index page.
func looksLikeIndex(head string) bool {
	return strings.Contains(head, "<title>/debug/pprof") || strings.Contains(head, "profiles:") && strings.Contains(head, "/pprof/")
}

// IsSafeName reports whether a name is safe in the path of a request. Names come from
// the target's page and must not lead elsewhere on the server.
func IsSafeName(name profile.Kind) bool {
	return name != "" && !strings.ContainsAny(string(name), "?#%\\") && !strings.Contains(string(name), "..") && plain.Clip(string(name), 60) == string(name)
}
