package serving

import (
	"net/http"
	"net/http/pprof"

	"github.com/gorilla/mux"
)

// Gorilla needs the prefix: an exact path for the index alone leaves heap and
// goroutine to 404.
func Gorilla() http.Handler {
	r := mux.NewRouter()
	r.HandleFunc("/debug/pprof/profile", pprof.Profile)
	r.HandleFunc("/debug/pprof/trace", pprof.Trace)
	r.PathPrefix("/debug/pprof/").HandlerFunc(pprof.Index)
	return r
}
