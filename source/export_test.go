package source

// OpenLink opens a target over a link, for tests of other packages.
func OpenLink(t Target, o Options, link Link) (*HTTP, error) {
	return newHTTP(t, o.withDefaults(), link)
}
