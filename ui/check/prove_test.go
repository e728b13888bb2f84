package check

import (
	runtimepprof "runtime/pprof"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// TestNothingIsProven: who asked for a proof hears that there is none. Where the
// runtime has no such profile, an empty one of that name stands in for it.
func TestNothingIsProven(t *testing.T) {
	t.Parallel()
	if runtimepprof.Lookup(string(profile.GoroutineLeak)) == nil {
		runtimepprof.NewProfile(string(profile.GoroutineLeak))
	}
	code, out, errs := runCheck(t, openService(t, realPprof()), Options{For: 2 * time.Second, Format: "text", Prove: true})
	if said := strings.Join(strings.Fields(out), " "); code != ExitUndecided || !strings.Contains(said, "no goroutine is proven to leak") {
		t.Errorf("exit code %d, it said %s%s", code, out, errs)
	}
}
