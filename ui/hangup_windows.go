package ui

import "os"

// hangups are the signals that end the view; here the console's end does.
func hangups() []os.Signal { return []os.Signal{os.Interrupt} }
