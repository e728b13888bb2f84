package serving

import (
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/pprof"
)

// Fiber brings a middleware. It redirects names that it does not know to the
// index, and serves no goroutineleak.
func Fiber() *fiber.App {
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Use(pprof.New())
	return app
}
