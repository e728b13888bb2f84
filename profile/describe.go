package profile

import (
	"path"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile/decode"
)

// Description is what a profile says about itself.
type Description struct {
	Kind    Kind      // by its sample types; block and mutex profiles look alike and are Block
	Time    time.Time // when it was taken; zero if it does not say
	Program string    // base name of the binary; empty if it does not say
	// Duration is the time between the two profiles that a delta profile (heap?seconds=5)
	// is the difference of, or how long a CPU profile took; else 0.
	Duration time.Duration
}

// Describe identifies a profile within a budget, without decoding its samples. Data that
// is not a profile is an error.
func Describe(b *decode.Budget, data []byte) (Description, error) {
	if err := b.OpenProfile(len(data)); err != nil {
		return Description{}, err
	}
	data, err := decode.Unpack(data)
	b.SpendWork(decode.UnpackWork(data, err))
	if err != nil {
		return Description{}, err
	}
	h, err := decode.ReadHeader(data)
	if err != nil {
		return Description{}, err
	}
	return newDescription(h), nil
}

// kindBySampleType maps a sample type that only one kind has to that kind.
var kindBySampleType = map[string]Kind{
	"inuse_space": Heap, "space": Heap, "goroutine": Goroutine, "threadcreate": ThreadCreate,
	"goroutineleak": GoroutineLeak, "cpu": CPU, "delay": Block,
}

func newDescription(h decode.Header) Description {
	d := Description{Program: cleanName(path.Base(strings.ReplaceAll(h.Program, `\`, "/")))}
	if h.Program == "" || d.Program == "." || d.Program == "/" {
		d.Program = ""
	}
	d.Duration = max(0, time.Duration(h.Duration))
	if at := time.Unix(0, h.Nanos); IsPlausible(at) {
		d.Time = at
	}
	for _, t := range h.Types {
		if k, ok := kindBySampleType[t]; ok {
			d.Kind = k
			return d
		}
	}
	d.Kind = Kind(cleanName(h.Types[len(h.Types)-1]))
	return d
}
