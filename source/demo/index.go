package demo

import (
	"fmt"
	"net/http"
)

// index serves a page that says what the service does.
func index(e *env, scenarios []Scenario) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		fmt.Fprintf(w, "leaktop's sample service. Its profiles: %s/debug/pprof/\n\nIt runs:\n", e.url)
		if err := List(w, scenarios); err != nil {
			return // the reader has gone
		}
		memory, files, full := e.bound.used()
		fmt.Fprintf(w, "\nKept so far: %d of %d MiB, %d of %d open files.\n",
			memory>>20, int64(mostMemory)>>20, files, e.bound.fileLimit)
		if full {
			fmt.Fprintln(w, "A bound is reached: what would pass it holds still.")
		}
	}
}
