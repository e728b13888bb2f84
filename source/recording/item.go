package recording

import (
	"time"

	"github.com/leaktop/leaktop/profile"
)

// New returns a recording of items that are in the order of time, for a source that finds
// them elsewhere than in a recording of leaktop.
func New(target string, items []Item) *Recording {
	return &Recording{Meta: Meta{Schema: Schema, Target: target}, Items: items}
}

// NewProfile returns the item of a profile that is in a file of its own.
func NewProfile(c profile.Capture, path string, size int64) Item {
	return Item{Time: c.Time, Capture: c, data: blob{path: path, size: size}}
}

// NewMessage returns the item of a message of a type that [Item.Message] may have; number
// orders those of the same time.
func NewMessage(at time.Time, message any, number int) Item {
	return Item{Time: at, Message: message, number: number}
}
