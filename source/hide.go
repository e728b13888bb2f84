package source

import (
	"encoding/base64"
	"net/url"
	"strings"
)

// hidden stands where a secret was.
const hidden = "[hidden]"

// leastSecret is how long a value must be to be looked for: shorter ones are
// parts of words.
const leastSecret = 4

// hide takes what was sent as headers and credentials out of a text of the
// target's: some servers repeat the request in their error pages and redirects.
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

// secrets are the values sent, whole, and without the word for their scheme.
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
