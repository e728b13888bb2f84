package demo

import (
	"fmt"
	"net/http"

	"github.com/leaktop/leaktop/source/demo/shop"
)

// indexHandler returns the handler of a page that describes the service.
func indexHandler(e *shop.Environment, scenarios []shop.Scenario) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		fmt.Fprintf(w, "leaktop's sample service. Profiles: %s/debug/pprof/\n\nRunning:\n", e.URL)
		if err := List(w, scenarios); err != nil {
			return // the client has gone
		}
		u := e.Usage()
		fmt.Fprintf(w, "\nRetained so far: %d of %d MiB, %d of %d open files.\n",
			u.Memory>>20, u.MaxMemory>>20, u.Files, u.MaxFiles)
		if u.Full {
			fmt.Fprintln(w, "A bound is reached: leaks that would exceed it are paused.")
		}
	}
}
