package serving

import (
	"net/http"
	"net/http/pprof"

	"github.com/gin-gonic/gin"
)

// Gin serves everything that the standard library's index does, by a wildcard.
func Gin() http.Handler {
	r := gin.New()
	r.GET("/debug/pprof/*name", func(c *gin.Context) {
		switch c.Param("name") {
		case "/profile":
			pprof.Profile(c.Writer, c.Request)
		case "/trace":
			pprof.Trace(c.Writer, c.Request)
		default:
			pprof.Index(c.Writer, c.Request)
		}
	})
	return r
}
