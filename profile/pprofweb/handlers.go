package pprofweb

import (
	"errors"
	"maps"
	"net/http"

	"github.com/google/pprof/driver"

	"github.com/leaktop/leaktop/profile"
)

// NewHandlers returns the pages of pprof's web view of an extract, by their paths:
// "/", "/flamegraph", "/top". They are safe for concurrent use. Pages that would
// save settings on this machine are not included.
func NewHandlers(x profile.Extract) (map[string]http.Handler, error) {
	var out map[string]http.Handler
	err := runDriver(x, driver.Options{HTTPServer: func(args *driver.HTTPServerArgs) error {
		out = maps.Clone(args.Handlers)
		return nil
	}}, "-http=localhost:1", "-no_browser", "-output=")
	if err == nil && out == nil {
		err = errors.New("run pprof: it returned no pages")
	}
	delete(out, "/saveconfig")
	delete(out, "/deleteconfig")
	return out, err
}
