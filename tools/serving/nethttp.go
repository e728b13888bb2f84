package serving

import (
	"net/http"
	"net/http/pprof"
)

// NetHTTP uses only the standard library, with a separate mux.
func NetHTTP() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}
