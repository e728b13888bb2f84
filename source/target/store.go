package target

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/source/store"
)

// storeForm is the form of the targets of one kind of profile store.
type storeForm struct {
	scheme  string // the targets' prefix is this and a plus sign
	name    string
	example string
}

// storeForms has a row for each kind of store.
var storeForms = []storeForm{
	{SchemeParca, "Parca", "parca+http://localhost:7070?job=checkout"},
	{SchemePyroscope, "Pyroscope", "pyroscope+https://pyroscope.example.com?service_name=checkout"},
}

// cutStoreScheme returns the kind of store that an argument names by its prefix, and
// what follows.
func cutStoreScheme(arg string) (f storeForm, address string, ok bool) {
	for _, f := range storeForms {
		if address, ok = strings.CutPrefix(arg, f.scheme+"+"); ok {
			return f, address, true
		}
	}
	return f, "", false
}

// IsStore reports whether an argument names a profile store.
func IsStore(arg string) bool {
	_, _, ok := cutStoreScheme(arg)
	return ok
}

// IsStore reports whether the target is in a profile store.
func (t Target) IsStore() bool {
	return slices.ContainsFunc(storeForms, func(f storeForm) bool { return f.scheme == t.Scheme })
}

func parseStore(arg string) (Target, error) {
	f, address, _ := cutStoreScheme(arg)
	t, err := parseStoreAddress(address)
	if err != nil {
		return Target{}, newError(arg, err.Error(), f.example)
	}
	t.Scheme = f.scheme
	t.Name = plain.Clip(f.name+" "+t.URL.Host+t.URL.EscapedPath(), 200)
	return t, nil
}

// parseStoreAddress parses the URL of a store with a selector, as its query or in the
// syntax of Prometheus after it.
func parseStoreAddress(address string) (Target, error) {
	address, braces, hasBraces := strings.Cut(address, "{")
	address = strings.TrimSuffix(address, "?")
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return Target{}, errors.New("is not a well-formed URL")
	case u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || strings.ContainsFunc(u.Host, notHost):
		return Target{}, errors.New("is not the address of a store")
	case !hasValidPort(u):
		return Target{}, errPort
	}
	t := Target{URL: NewURL(u.Scheme, u.Host, strings.TrimSuffix(u.EscapedPath(), "/")), auth: credentialsOf(u)}
	if t.Selector, err = store.ParseQuery(u.RawQuery); err != nil {
		return Target{}, err
	}
	if hasBraces {
		more, err := store.ParseSelector("{" + braces)
		if err != nil {
			return Target{}, err
		}
		t.Selector = append(t.Selector, more...)
	}
	return t, nil
}

// WithSelector returns the argument that names a store's target with another selector,
// quoted for a shell.
func (t Target) WithSelector(s store.Selector) string {
	text := t.Scheme + "+" + t.URL.String()
	if len(s) == 1 && s[0].Op == "=" && url.QueryEscape(s[0].Value) == s[0].Value {
		return "'" + text + "?" + s[0].Name + "=" + s[0].Value + "'"
	}
	return "'" + text + s.String() + "'"
}
