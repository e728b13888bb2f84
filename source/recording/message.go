package recording

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
)

// Schema is the version of the format that this package writes. A reader takes
// what it knows of a later one.
const Schema = 1

// Meta is what a recording says of itself.
type Meta struct {
	Schema  int       `json:"schema"`
	Target  string    `json:"target"`  // as the header shows it; no secrets
	Version string    `json:"leaktop"` // that wrote it
	Started time.Time `json:"started"`
}

// Status is how the polling went, as far as a replay shows it.
type Status struct {
	Time       time.Time  `json:"time"`
	Goroutines int        `json:"goroutines,omitempty"` // the total of the index page
	Cost       float64    `json:"cost,omitempty"`       // share of one core of the target
	Endpoints  []Endpoint `json:"endpoints,omitempty"`
}

// Endpoint is the state of one polled endpoint.
type Endpoint struct {
	Kind  profile.Kind `json:"kind"`
	Error string       `json:"error,omitempty"` // why the last poll failed, for people
	Off   bool         `json:"off,omitempty"`   // it is not polled any more
}

// maxLine bounds a message in bytes of JSON.
const maxLine = 64 << 10

// folderOf is where a message goes and its time; facts have none of their own.
func folderOf(m any) (folder string, at time.Time, ok bool) {
	switch m := m.(type) {
	case memory.Reading:
		return folderMemory, m.Time, true
	case profile.Event:
		return folderEvents, m.Time, true
	case profile.Facts:
		return folderFacts, time.Time{}, true
	case Status:
		return folderStatus, m.Time, true
	}
	return "", time.Time{}, false
}

// decoders is the table of what a line can be, by its folder.
var decoders = map[string]func(line []byte) (any, error){
	folderMemory: decode[memory.Reading],
	folderEvents: decode[profile.Event],
	folderFacts:  decode[profile.Facts],
	folderStatus: decode[Status],
}

func decode[T any](line []byte) (any, error) {
	var m T
	if err := json.Unmarshal(line, &m); err != nil {
		return nil, fmt.Errorf("read line: %w", err)
	}
	return m, nil
}
