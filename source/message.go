package source

import (
	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
)

// Message is one thing that a source sends. The set of types is closed, so that
// whoever takes messages can have a case for each; a test holds them to it.
type Message interface{ isMessage() }

// Capture is a profile as it came.
type Capture struct{ profile.Capture }

// Reading is a look at the process's memory.
type Reading struct{ memory.Reading }

// Event is something that happened.
type Event struct{ profile.Event }

// Facts is something that became known of the target.
type Facts struct{ profile.Facts }

// Diagnostic is something that is wrong with the data as a whole: what is damaged or
// left out.
type Diagnostic struct{ profile.Diagnostic }

func (Capture) isMessage()    {}
func (Reading) isMessage()    {}
func (Event) isMessage()      {}
func (Facts) isMessage()      {}
func (Status) isMessage()     {}
func (Diagnostic) isMessage() {}
