package recording

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/longterm"
	"github.com/leaktop/leaktop/profile/memory"
)

// schema is the version of the format that this package writes. A reader of a
// later version's file ignores what it does not know.
const schema = 1

// Meta is the content of a recording's meta.json.
type Meta struct {
	Schema  int       `json:"schema"`
	Target  string    `json:"target"`  // as the header shows it, without secrets
	Version string    `json:"leaktop"` // version that wrote the recording
	Started time.Time `json:"started"`
}

// Status is the part of the state of polling that a replay shows.
type Status struct {
	Time       time.Time  `json:"time"`
	Goroutines int        `json:"goroutines,omitempty"` // total on the index page
	Cost       float64    `json:"cost,omitempty"`       // share of one core of the target
	Endpoints  []Endpoint `json:"endpoints,omitempty"`
}

// Endpoint is the state of one polled endpoint.
type Endpoint struct {
	Kind  profile.Kind `json:"kind"`
	Error string       `json:"error,omitempty"` // why the last poll failed
	Off   bool         `json:"off,omitempty"`   // no longer polled
}

// maxLine bounds a message in bytes of JSON.
const maxLine = 64 << 10

// folderOf returns a message's folder and time. Facts and the data of a metrics store have
// no time of their own.
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
	case longterm.Data:
		return folderHistory, time.Time{}, true
	}
	return "", time.Time{}, false
}

// decoders has a row for each folder of JSON lines.
var decoders = map[string]func(line []byte) (any, error){
	folderMemory:  decodeLine[memory.Reading],
	folderEvents:  decodeLine[profile.Event],
	folderFacts:   decodeLine[profile.Facts],
	folderStatus:  decodeLine[Status],
	folderHistory: decodeHistory,
}

// maxLineOf returns the maximum size of a message in a folder, in bytes of JSON.
func maxLineOf(folder string) int64 {
	if folder == folderHistory {
		return maxHistory
	}
	return maxLine
}

// encodeLine returns a message as JSON.
func encodeLine(m any) ([]byte, error) {
	if d, ok := m.(longterm.Data); ok {
		return encodeHistory(d)
	}
	return json.Marshal(m)
}

func decodeLine[T any](line []byte) (any, error) {
	var m T
	if err := json.Unmarshal(line, &m); err != nil {
		return nil, fmt.Errorf("read line: %w", err)
	}
	return m, nil
}
