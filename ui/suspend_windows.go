package ui

// stoppable says that a shell could continue this program if it stopped.
func stoppable() bool { return false }
