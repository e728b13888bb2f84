package eventually

import (
	"flag"
	"runtime"
	"strconv"
)

// RunMoreInParallel lets n parallel tests run per processor instead of one,
// unless -parallel is set. It is for packages whose tests mostly wait; TestMain
// calls it first.
func RunMoreInParallel(n int) {
	flag.Parse()
	isGiven := false
	flag.Visit(func(f *flag.Flag) { isGiven = isGiven || f.Name == "test.parallel" })
	if !isGiven {
		_ = flag.Set("test.parallel", strconv.Itoa(n*runtime.GOMAXPROCS(0)))
	}
}
