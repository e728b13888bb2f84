package demo

// openFiles is how many handles the service gives itself; Windows allows
// millions.
func openFiles() int { return 16384 }
