package eventually

import "os"

// IsFull reports whether tests try every case, as in .ci/run. Otherwise slow tests try only
// those cases that show the same faults in a fraction of the time.
func IsFull() bool { return os.Getenv("LEAKTOP_FULL") != "" }
