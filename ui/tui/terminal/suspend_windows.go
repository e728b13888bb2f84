package terminal

// CanSuspend says that a shell could continue this program if it stopped.
func CanSuspend() bool { return false }
