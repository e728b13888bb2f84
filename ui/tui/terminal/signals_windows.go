package terminal

import "os"

// Hangups returns the signals that end the view. On Windows, closing the console
// ends it.
func Hangups() []os.Signal { return []os.Signal{os.Interrupt} }
