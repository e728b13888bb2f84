package serving

import (
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/pprof"
)

// Fiber has a middleware for pprof. It redirects unknown names to the index, and does
// not serve goroutineleak.
func Fiber() *fiber.App {
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Use(pprof.New())
	return app
}
