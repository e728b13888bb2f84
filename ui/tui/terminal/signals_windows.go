package terminal

import "os"

// Hangups returns the signals that end the view; here the console's end does.
func Hangups() []os.Signal { return []os.Signal{os.Interrupt} }
