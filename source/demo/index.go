package demo

import (
	"fmt"
	"net/http"
)

// indexHandler returns the handler of a page that describes the service.
func indexHandler(e *environment, scenarios []Scenario) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		fmt.Fprintf(w, "leaktop's sample service. Profiles: %s/debug/pprof/\n\nRunning:\n", e.url)
		if err := List(w, scenarios); err != nil {
			return // the client has gone
		}
		memory, files, full := e.bound.usage()
		fmt.Fprintf(w, "\nRetained so far: %d of %d MiB, %d of %d open files.\n",
			memory>>20, int64(maxMemory)>>20, files, e.bound.fileLimit)
		if full {
			fmt.Fprintln(w, "A bound is reached: leaks that would exceed it are paused.")
		}
	}
}
