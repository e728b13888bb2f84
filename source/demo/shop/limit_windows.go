package shop

// openFiles returns the service's own limit of handles; Windows allows millions.
func openFiles() int { return 16384 }
