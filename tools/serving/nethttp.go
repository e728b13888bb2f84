package serving

import (
	"net/http"
	"net/http/pprof"
)

// NetHTTP is the standard library alone, on a mux of its own.
func NetHTTP() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}
