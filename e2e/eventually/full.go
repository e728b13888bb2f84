package eventually

import "os"

// IsFull reports whether tests try every case, as in .ci/run. Otherwise slow tests try only
// those cases that show the same faults in a fraction of the time.
func IsFull() bool { return os.Getenv("LEAKTOP_FULL") != "" }

// Count returns how many cases a test tries: all of them, or fewer by default, as
// [IsFull] decides.
func Count(byDefault, all int) int {
	if IsFull() {
		return all
	}
	return byDefault
}
