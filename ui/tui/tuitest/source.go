package tuitest

import (
	"strings"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/listing"
)

// ReadSource is [listing.Read] on a machine whose module cache is empty: what a test
// shows does not depend on what was built where it runs.
func ReadSource(f *profile.Function, line int, goVersion string) *listing.Listing {
	if strings.Contains(f.File, "/pkg/mod/") {
		missing := *f
		missing.File = "/missing" + f.File
		return listing.NewFinder(func(string) string { return "/missing" }, "", "").List(&missing, line, goVersion)
	}
	return listing.Read(f, line, goVersion)
}
