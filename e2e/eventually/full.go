package eventually

import "os"

// IsFull reports whether tests try every case, as in .ci/run. Otherwise those that
// compute or wait for long try the cases that show the same faults in a fraction of the time.
func IsFull() bool { return os.Getenv("LEAKTOP_FULL") != "" }
