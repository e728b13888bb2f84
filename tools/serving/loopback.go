package serving

import (
	"errors"
	"log"
	"net/http"
	"time"
)

// Loopback serves pprof on a port of its own that only this machine, or this
// pod, can reach. leaktop reaches it in a pod all the same: that is what
// port-forward gives.
func Loopback(pprof http.Handler) *http.Server {
	srv := &http.Server{
		Addr:              "127.0.0.1:6060",
		Handler:           pprof,
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       2 * time.Minute,
		// No WriteTimeout: older versions of Go refuse a CPU profile that lasts longer.
	}
	go func() {
		if err := srv.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
			log.Print(err)
		}
	}()
	return srv
}
