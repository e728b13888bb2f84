package source

import (
	"encoding/base64"
	"net/url"
	"strings"
)

// hidden replaces secrets.
const hidden = "[hidden]"

// leastSecret is the minimum length of a value to hide: shorter ones occur in
// ordinary words.
const leastSecret = 4

// hide removes the headers and credentials that were sent from a text of the
// target: some servers repeat the request in error pages and redirects.
func (c *client) hide(text string) string {
	for _, s := range c.secrets() {
		if len(s) < leastSecret {
			continue
		}
		for _, as := range []string{s, url.QueryEscape(s), url.PathEscape(s)} {
			text = strings.ReplaceAll(text, as, hidden)
		}
	}
	return text
}

// secrets returns the values sent, each with and without its authentication scheme.
func (c *client) secrets() (out []string) {
	add := func(v string) {
		out = append(out, v)
		if scheme, rest, ok := strings.Cut(v, " "); ok && !strings.ContainsAny(scheme, "=,;") {
			out = append(out, strings.TrimSpace(rest))
		}
	}
	for name, values := range c.opts.Headers {
		if strings.EqualFold(name, "Host") {
			continue
		}
		for _, v := range values {
			add(v)
		}
	}
	if token, err := c.opts.bearerToken(); err == nil && token != "" {
		add(token)
	}
	if a := c.target.auth; a != nil {
		out = append(out, a.password, base64.StdEncoding.EncodeToString([]byte(a.user+":"+a.password)))
	}
	return out
}
