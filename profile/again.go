package profile

import (
	"encoding/binary"
	"hash/maphash"
)

// content is what the last profile of a kind said. Between two collections a service
// says the same at each poll, and to decode that again is most of what a poll costs
// here.
type content struct {
	says     uint64
	snapshot *Snapshot
}

// contentOf identifies what an unpacked profile says, whenever it was taken; false if
// it is no whole protobuf message.
func (h *HistoryBuilder) contentOf(data []byte) (says uint64, whole bool) {
	var m maphash.Hash
	m.SetSeed(h.seed)
	var head [24]byte
	whole = eachField(data, func(f field) {
		if f.number == fieldTimeNanos {
			return
		}
		binary.LittleEndian.PutUint64(head[0:], uint64(f.number))
		binary.LittleEndian.PutUint64(head[8:], f.value)
		binary.LittleEndian.PutUint64(head[16:], uint64(len(f.body)))
		_, _ = m.Write(head[:])
		_, _ = m.Write(f.body)
	})
	return m.Sum64(), whole
}

// saidAgain is the last profile of a kind at the time of a capture that says the
// same, nil if none does.
func (h *HistoryBuilder) saidAgain(c Capture, says uint64, whole bool) *Snapshot {
	if !whole || c.Time.IsZero() { // the time is in the profile then
		return nil
	}
	h.mu.RLock()
	defer h.mu.RUnlock()
	last, ok := h.read[c.Kind]
	if !ok || last.says != says {
		return nil
	}
	s := *last.snapshot
	s.Time = c.Time
	return &s
}

// same tells whether s is another one at its own time.
func (s *Snapshot) same(other *Snapshot) bool {
	return len(s.Samples) > 0 && len(other.Samples) > 0 && &s.Samples[0] == &other.Samples[0]
}
