package serving

import (
	"errors"
	"log"
	"net/http"
	"time"
)

// Loopback serves pprof on a separate port that only this machine, or this pod, can
// reach. leaktop can still watch a pod, because it uses a port-forward.
func Loopback(pprof http.Handler) *http.Server {
	srv := &http.Server{
		Addr:              "127.0.0.1:6060",
		Handler:           pprof,
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       2 * time.Minute,
		// No WriteTimeout: older versions of Go reject CPU profiles that last longer.
	}
	go func() {
		if err := srv.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
			log.Print(err)
		}
	}()
	return srv
}
