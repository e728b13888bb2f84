package source

import (
	"net/url"
	"slices"
	"strings"

	"github.com/leaktop/leaktop/source/store"
	"github.com/leaktop/leaktop/source/store/parca"
	"github.com/leaktop/leaktop/source/store/pyroscope"
)

// storeClient reads from a profile store and writes to it.
type storeClient interface {
	store.Reader
	store.Writer
}

// storeKind is one kind of profile store.
type storeKind struct {
	scheme  string // the targets' prefix is this and a plus sign
	open    func(store.Requester) storeClient
	example string
}

// storeKinds has a row for each kind of store.
var storeKinds = []storeKind{
	{SchemeParca, func(to store.Requester) storeClient { return parca.New(to) }, "parca+http://localhost:7070?job=checkout"},
	{SchemePyroscope, func(to store.Requester) storeClient { return pyroscope.New(to) }, "pyroscope+https://pyroscope.example.com?service_name=checkout"},
}

// storeKindOf returns the kind that an argument names by its prefix.
func storeKindOf(arg string) (k storeKind, address string, ok bool) {
	for _, k := range storeKinds {
		if address, ok = strings.CutPrefix(arg, k.scheme+"+"); ok {
			return k, address, true
		}
	}
	return k, "", false
}

func isStore(arg string) bool {
	_, _, ok := storeKindOf(arg)
	return ok
}

// IsStore reports whether an argument names a profile store.
func IsStore(arg string) bool { return isStore(arg) }

// IsStore reports whether the target is kept by a profile store.
func (t Target) IsStore() bool {
	_, ok := t.storeKind()
	return ok
}

// storeKind returns the kind of the store that keeps the target; ok is false for any
// other target.
func (t Target) storeKind() (k storeKind, ok bool) {
	i := slices.IndexFunc(storeKinds, func(k storeKind) bool { return k.scheme == t.Scheme })
	if i < 0 {
		return k, false
	}
	return storeKinds[i], true
}

// parseStore parses the address of a store with a selector, as the query of the URL or
// in the syntax of Prometheus after it.
func parseStore(arg string) (Target, error) {
	k, address, _ := storeKindOf(arg)
	address, braces, hasBraces := strings.Cut(address, "{")
	address = strings.TrimSuffix(address, "?")
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return Target{}, targetError(arg, "is not a well-formed URL", k.example)
	case u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || strings.ContainsFunc(u.Host, notHost):
		return Target{}, targetError(arg, "is not the address of a store", k.example)
	case u.Port() == "" && strings.HasSuffix(u.Host, ":"), u.Port() != "" && !validPort(u.Port()):
		return Target{}, targetError(arg, "a port is a number from 1 to 65535", k.example)
	}
	t := Target{Scheme: k.scheme, URL: urlOf(u.Scheme, u.Host, strings.TrimSuffix(u.EscapedPath(), "/"))}
	if u.User != nil {
		t.auth = &credentials{user: u.User.Username()}
		t.auth.password, _ = u.User.Password()
	}
	if t.Selector, err = store.ParseQuery(u.RawQuery); err != nil {
		return Target{}, targetError(arg, err.Error(), k.example)
	}
	if hasBraces {
		more, err := store.ParseSelector("{" + braces)
		if err != nil {
			return Target{}, targetError(arg, err.Error(), k.example)
		}
		t.Selector = append(t.Selector, more...)
	}
	t.Name = cleanText(k.scheme+" "+t.URL.Host+t.URL.EscapedPath(), 200)
	return t, nil
}

// withSelector returns the argument that names a target with another selector.
func (t Target) withSelector(s store.Selector) string {
	text := t.Scheme + "+" + t.URL.String()
	if len(s) == 1 && s[0].Op == "=" && url.QueryEscape(s[0].Value) == s[0].Value {
		return "'" + text + "?" + s[0].Name + "=" + s[0].Value + "'"
	}
	return "'" + text + s.String() + "'"
}
