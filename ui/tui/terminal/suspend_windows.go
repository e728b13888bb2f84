package terminal

// CanSuspend reports whether a shell could resume this program after it stopped.
func CanSuspend() bool { return false }
