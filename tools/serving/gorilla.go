package serving

import (
	"net/http"
	"net/http/pprof"

	"github.com/gorilla/mux"
)

// Gorilla needs the prefix: with an exact path for the index, heap and goroutine
// would be 404.
func Gorilla() http.Handler {
	r := mux.NewRouter()
	r.HandleFunc("/debug/pprof/profile", pprof.Profile)
	r.HandleFunc("/debug/pprof/trace", pprof.Trace)
	r.PathPrefix("/debug/pprof/").HandlerFunc(pprof.Index)
	return r
}
