package check

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"testing"

	"go.uber.org/goleak"
)

var update = flag.Bool("update", false, "write golden files anew")

// loadEnv makes the test program a load command: it asks for the URL once.
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
	// Some tests leave goroutines that sleep for ever: those that a trace is about.
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("time.Sleep"))
}
