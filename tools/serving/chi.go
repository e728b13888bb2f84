package serving

import (
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

// Chi has a handler for pprof.
func Chi() http.Handler {
	r := chi.NewRouter()
	r.Mount("/debug", middleware.Profiler())
	return r
}
