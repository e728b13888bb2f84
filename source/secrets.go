package source

import (
	"encoding/base64"
	"net/url"
	"strings"
)

// hiddenMark replaces secrets.
const hiddenMark = "[hidden]"

// minSecretLen is the minimum length of a value to hide: shorter ones occur in
// ordinary words.
const minSecretLen = 4

// hideSecrets removes the sent headers and credentials from a text of the target,
// because some servers repeat the request in error pages and redirects.
func (c *client) hideSecrets(text string) string {
	for _, s := range c.sentSecrets() {
		if len(s) < minSecretLen {
			continue
		}
		for _, as := range []string{s, url.QueryEscape(s), url.PathEscape(s)} {
			text = strings.ReplaceAll(text, as, hiddenMark)
		}
	}
	return text
}

// sentSecrets returns the values sent, each with and without its authentication scheme.
func (c *client) sentSecrets() (out []string) {
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
	if user, password, ok := c.target.Credentials(); ok {
		out = append(out, password, base64.StdEncoding.EncodeToString([]byte(user+":"+password)))
	}
	return out
}
