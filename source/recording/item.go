package recording

import (
	"time"

	"github.com/leaktop/leaktop/profile"
)

// New returns a recording of items in time order, for a source that does not read a
// recording of leaktop.
func New(target string, items []Item) *Recording {
	return &Recording{Meta: Meta{Schema: schema, Target: target}, Items: items}
}

// NewProfile returns the item of a profile in a file of its own.
func NewProfile(c profile.Capture, path string, size int64) Item {
	return Item{Time: c.Time, Capture: c, data: blob{path: path, size: size}}
}

// NewMessage returns the item of a message, whose type must be one of those of
// [Item.Message]. number orders items of the same time.
func NewMessage(at time.Time, message any, number int) Item {
	return Item{Time: at, Message: message, number: number}
}
