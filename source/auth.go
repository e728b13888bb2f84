package source

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"os"
	"strings"

	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/source/target"
)

// ParseHeader parses a --header argument: "Name: value". To keep secrets off the
// command line, "Name: @FILE" reads the value from a file, and "Name:
// env:VARIABLE" from the environment. The error names the flag.
func ParseHeader(arg string, getenv func(string) string) (name, value string, err error) {
	name, value, found := strings.Cut(arg, ":")
	name, value = textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name)), strings.TrimSpace(value)
	if !found {
		return "", "", errors.New(`--header: write it as 'Name: value', or 'Name: @FILE' to keep a secret off the command line`)
	}
	if file, ok := strings.CutPrefix(value, "@"); ok {
		if value, err = readSecret(file); err != nil {
			return "", "", fmt.Errorf("--header %s: %s", plain.Clip(name, 40), plain.Clip(err.Error(), 200))
		}
	}
	if variable, ok := strings.CutPrefix(value, "env:"); ok {
		if value = getenv(variable); value == "" {
			return "", "", fmt.Errorf("--header %s: the environment variable %s is not set", plain.Clip(name, 40), plain.Clip(variable, 40))
		}
	}
	if err := checkHeaders(http.Header{name: {value}}); err != nil {
		return "", "", err
	}
	return name, value, nil
}

// checkHeaders rejects headers that net/http would reject at each request. It does
// not quote values, which may be secret.
func checkHeaders(h http.Header) error {
	for name, values := range h {
		if name == "" || strings.ContainsFunc(name, notToken) {
			return fmt.Errorf("--header: %q is not a valid header name", plain.Clip(name, 40))
		}
		for _, v := range values {
			if strings.ContainsFunc(v, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
				return fmt.Errorf("--header %s: the value contains control characters", plain.Clip(name, 40))
			}
		}
	}
	return nil
}

// notToken reports whether r cannot be part of a token (RFC 9110, section 5.6.2).
func notToken(r rune) bool {
	letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	return !letter && !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
}

// readSecret reads a small file that contains one secret.
func readSecret(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", fmt.Errorf("read secret: %w", err)
	}
	defer func() { _ = f.Close() }()
	const most = 64 << 10
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	secret := strings.TrimSpace(string(data))
	switch {
	case err != nil:
		return "", fmt.Errorf("read secret: %w", err)
	case len(data) > most:
		return "", fmt.Errorf("read secret: %s is larger than 64 KiB: not a token", file)
	case secret == "":
		return "", fmt.Errorf("read secret: %s is empty", file)
	}
	return secret, nil
}

// bearerToken returns the token to send, or "". It reads the file at each use,
// because such tokens are short-lived and get replaced.
func (o Options) bearerToken() (string, error) {
	if o.BearerTokenFile == "" {
		if o.Getenv == nil {
			return "", nil
		}
		return strings.TrimSpace(o.Getenv(TokenVariable)), nil
	}
	token, err := readSecret(o.BearerTokenFile)
	if err != nil {
		return "", fmt.Errorf("--bearer-token-file: %w", err)
	}
	return token, nil
}

// addCredentials adds headers and credentials to a request.
func (o Options) addCredentials(r *http.Request, t target.Target) error {
	for name, values := range o.Headers {
		r.Header[http.CanonicalHeaderKey(name)] = values
	}
	if host := r.Header.Get("Host"); host != "" {
		r.Host = host
		r.Header.Del("Host")
	}
	if user, password, ok := t.Credentials(); ok {
		r.SetBasicAuth(user, password)
	}
	token, err := o.bearerToken()
	if err == nil && token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return err
}

// tlsConfig reads the certificate files at once, so that a missing one is reported
// before anything starts.
func (o Options) tlsConfig() (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: o.Insecure} //nolint:gosec // the user's own flag
	if o.CACert != "" {
		pem, err := os.ReadFile(o.CACert)
		if err != nil {
			return nil, fmt.Errorf("--cacert: %w", err)
		}
		if c.RootCAs, err = x509.SystemCertPool(); err != nil {
			c.RootCAs = x509.NewCertPool()
		}
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("--cacert: %s contains no PEM certificate", o.CACert)
		}
	}
	if (o.Cert == "") != (o.Key == "") {
		return nil, errors.New("--cert and --key go together: give both")
	}
	if o.Cert != "" {
		pair, err := tls.LoadX509KeyPair(o.Cert, o.Key)
		if err != nil {
			return nil, fmt.Errorf("--cert, --key: %w", err)
		}
		c.Certificates = []tls.Certificate{pair}
	}
	return c, nil
}
