package memory

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// ParseVars reads /debug/vars as package expvar serves it: a JSON object whose
// "memstats" is a [runtime.MemStats]. It skips other variables. Since services
// publish all kinds of them, malformed ones after the needed ones are no error.
// The caller bounds the size. The error wraps [ErrNoFigures] if there are no MemStats.
func ParseVars(r io.Reader) (Report, error) {
	d := json.NewDecoder(r)
	var rep Report
	found, err := readVars(d, &rep)
	if !found {
		if err == nil {
			err = ErrNoFigures
		}
		return Report{}, fmt.Errorf("read expvar variables: %w", err)
	}
	return rep, nil
}

func readVars(d *json.Decoder, rep *Report) (found bool, err error) {
	if t, err := d.Token(); err != nil {
		return false, err
	} else if t != json.Delim('{') {
		return false, ErrNoFigures
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return found, err
		}
		switch key {
		case "memstats":
			var m memStats
			if err := d.Decode(&m); err != nil {
				return found, err
			}
			rep.Reading, found = m.toReading(), m.Sys > 0
		case "cmdline":
			var args []string
			if err := d.Decode(&args); err != nil {
				return found, err
			}
			rep.Cmdline = strings.Join(args, "\x00")
		default:
			var skipped json.RawMessage
			if err := d.Decode(&skipped); err != nil {
				return found, err
			}
		}
	}
	return found, nil
}

// memStats has the needed fields of [runtime.MemStats]. Decoding the original type
// would needlessly decode 256 pauses and all size classes.
type memStats struct {
	HeapAlloc, HeapInuse, HeapIdle, HeapReleased, HeapSys, HeapObjects uint64
	StackInuse, StackSys, MSpanSys, MCacheSys, BuckHashSys             uint64
	GCSys, OtherSys, Sys, TotalAlloc, Mallocs, Frees, NextGC, LastGC   uint64
	NumGC                                                              uint32
}

func (m memStats) toReading() Reading {
	return Reading{
		HeapAlloc: m.HeapAlloc, HeapInuse: m.HeapInuse, HeapIdle: m.HeapIdle, HeapReleased: m.HeapReleased,
		HeapSys: m.HeapSys, HeapObjects: m.HeapObjects, StackInuse: m.StackInuse, StackSys: m.StackSys,
		MSpanSys: m.MSpanSys, MCacheSys: m.MCacheSys, BuckHashSys: m.BuckHashSys, GCSys: m.GCSys,
		OtherSys: m.OtherSys, Sys: m.Sys, TotalAlloc: m.TotalAlloc, Mallocs: m.Mallocs, Frees: m.Frees,
		NextGC: m.NextGC, NumGC: m.NumGC, LastGC: int64(m.LastGC & (1<<63 - 1)),
	}
}
