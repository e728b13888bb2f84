package source

import "github.com/leaktop/leaktop/source/target"

// OpenLink opens a target over a link, for tests of other packages.
func OpenLink(t target.Target, o Options, link Link) (*HTTP, error) {
	return newHTTP(t, o.withDefaults(), link)
}
