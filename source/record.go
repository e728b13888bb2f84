package source

import (
	"errors"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/source/recording"
)

// Recordable converts a message for recording.Writer. It returns false for messages
// that are not recorded.
func Recordable(m Message) (out any, ok bool) {
	switch m := m.(type) {
	case Capture:
		return m.Capture, true
	case Reading:
		return m.Reading, true
	case Event:
		return m.Event, true
	case Facts:
		return m.Facts, true
	case Status:
		return toRecorded(m), true
	case Diagnostic, Resolved: // a replay diagnoses the data again
	case Past:
		if len(m.Lines) > 0 {
			return *m.Data, true
		}
	}
	return nil, false
}

// toRecorded returns the parts of a status that a replay shows.
func toRecorded(m Status) recording.Status {
	s := recording.Status{Time: m.Time, Cost: m.Cost, Goroutines: m.Goroutines}
	for _, e := range m.Endpoints {
		row := recording.Endpoint{Kind: e.Kind, Off: e.Disabled}
		if e.Err != nil {
			row.Error = e.Err.Error()
		} else if e.Kind == profile.Goroutine {
			s.Goroutines = 0 // the profile is more precise
		}
		s.Endpoints = append(s.Endpoints, row)
	}
	return s
}

// fromRecorded converts a recorded status back.
func fromRecorded(s recording.Status) Status {
	out := Status{Time: s.Time, Goroutines: max(0, s.Goroutines), Cost: s.Cost, Speed: 1}
	for _, e := range s.Endpoints {
		row := Endpoint{Kind: profile.Kind(plain.Clip(string(e.Kind), 60)), Disabled: e.Off}
		if e.Error != "" {
			row.Err = errors.New(plain.Clip(e.Error, 300))
		}
		out.Endpoints = append(out.Endpoints, row)
	}
	return out
}
