package serving

import (
	"net/http"
	"net/http/pprof"

	"github.com/labstack/echo/v4"
)

// Echo wraps the standard library's handlers.
func Echo() http.Handler {
	e := echo.New()
	e.GET("/debug/pprof/*", echo.WrapHandler(http.HandlerFunc(pprof.Index)))
	e.GET("/debug/pprof/profile", echo.WrapHandler(http.HandlerFunc(pprof.Profile)))
	e.GET("/debug/pprof/trace", echo.WrapHandler(http.HandlerFunc(pprof.Trace)))
	return e
}
