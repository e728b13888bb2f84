package target

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/leaktop/leaktop/profile/plain"
)

var urlScheme = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9+.-]*://`)

// ParseMetrics parses the address of a metrics store, the argument of --prometheus: it may
// lack http:// and end with a selector. Its errors name the flag.
func ParseMetrics(arg string) (Target, error) {
	address := arg
	if !urlScheme.MatchString(address) {
		address = "http://" + address
	}
	t, err := parseStoreAddress(address)
	if err != nil {
		return Target{}, fmt.Errorf("--prometheus %q: %s; for example: --prometheus http://prometheus:9090", redactArg(arg), plain.Clip(err.Error(), 120))
	}
	path := strings.TrimSuffix(strings.TrimSuffix(t.URL.EscapedPath(), "/"), "/api/v1")
	t.URL = NewURL(t.URL.Scheme, t.URL.Host, strings.TrimSuffix(path, "/"))
	t.Scheme, t.Name = SchemePrometheus, plain.Clip("Prometheus "+t.URL.Host+t.URL.EscapedPath(), 120)
	return t, nil
}
