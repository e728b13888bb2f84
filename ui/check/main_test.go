package check

import (
	"fmt"
	"net/http"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// noon is when the watches of the tests begin.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// loadEnv makes the test program a load command that requests the URL once.
const loadEnv = "LEAKTOP_TEST_LOAD"

func TestMain(m *testing.M) {
	if url := os.Getenv(loadEnv); url != "" {
		resp, err := http.Get(url)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		resp.Body.Close()
		os.Exit(0)
	}
	// Some tests leave goroutines that sleep forever, for traces to find.
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("time.Sleep"))
}
