package source

import (
	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
)

// Message is what a source sends. The set of types is closed: every receiver has a case
// for each, which a test checks.
type Message interface{ isMessage() }

// Capture is a profile.
type Capture struct{ profile.Capture }

// Reading has memory figures of the process.
type Reading struct{ memory.Reading }

// Event is something that happened to the process or its polling.
type Event struct{ profile.Event }

// Facts has new information about the target.
type Facts struct{ profile.Facts }

// Diagnostic reports damaged or missing data.
type Diagnostic struct{ profile.Diagnostic }

func (Capture) isMessage()    {}
func (Reading) isMessage()    {}
func (Event) isMessage()      {}
func (Facts) isMessage()      {}
func (Status) isMessage()     {}
func (Diagnostic) isMessage() {}
