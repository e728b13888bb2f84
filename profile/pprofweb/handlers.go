package pprofweb

import (
	"errors"
	"maps"
	"net/http"

	"github.com/google/pprof/driver"

	"github.com/leaktop/leaktop/profile"
)

// Handlers are the pages of pprof's web view on an extract, by their paths from
// the view's root: "/", "/flamegraph", "/top". They may be called from several
// goroutines. Pages that would save settings on this machine are left out.
func Handlers(x profile.Extract) (map[string]http.Handler, error) {
	var out map[string]http.Handler
	err := run(x, driver.Options{HTTPServer: func(args *driver.HTTPServerArgs) error {
		out = maps.Clone(args.Handlers)
		return nil
	}}, "-http=localhost:1", "-no_browser", "-output=")
	if err == nil && out == nil {
		err = errors.New("run pprof: it has no pages")
	}
	delete(out, "/saveconfig")
	delete(out, "/deleteconfig")
	return out, err
}
