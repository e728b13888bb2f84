package check

import (
	runtimepprof "runtime/pprof"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// TestNothingIsProven checks that the report says that there is no proof if the
// user asked for one. If the runtime has no such profile, the test serves an
// empty one of that name.
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
