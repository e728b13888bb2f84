package service

import (
	"math/rand/v2"
	"runtime"
	"runtime/debug"
)

// runtimeLeaks leak under unusual settings of the runtime.
var runtimeLeaks = []Service{
	{
		Name:  "big-heap-leak",
		Leaks: []Leak{{"service.(*ledger).book", kept, 500 * kib}},
		start: func(s *shop) {
			s.ballast(256 * mib)
			l := &ledger{}
			s.keep["ledger"] = l
			s.leaking(always(125), l.book)
			s.at(always(1200), garbage) // a collection every 12 s or so
		},
	},
	{
		Name: "no-collector", Silent: true,
		Leaks: []Leak{{"service.(*ledger).book", kept, 300 * kib}},
		start: func(s *shop) {
			debug.SetGCPercent(-1)
			l := &ledger{}
			s.keep["ledger"] = l
			s.leaking(always(75), l.book)
		},
	},
	{
		Name:  "every-object-sampled",
		Leaks: []Leak{{"service.(*ledger).book", kept, 100 * kib}},
		start: func(s *shop) {
			runtime.MemProfileRate = 1
			l := &ledger{}
			s.keep["ledger"] = l
			s.leaking(always(25), l.book)
		},
	},
	{
		Name:  "fine-sampling",
		Leaks: []Leak{{"service.(*ledger).book", kept, 100 * kib}},
		start: func(s *shop) {
			runtime.MemProfileRate = 64 * kib
			l := &ledger{}
			s.keep["ledger"] = l
			s.leaking(always(25), l.book)
		},
	},
}

type ledger struct{ lines [][]byte }

//go:noinline
func (l *ledger) book() { l.lines = append(l.lines, make([]byte, 4*kib)) }

// ballast is a large heap that exists from the start.
func (s *shop) ballast(bytes int) {
	var all [][]byte
	for range bytes / (64 * kib) {
		all = append(all, make([]byte, 64*kib))
	}
	s.keep["ballast"] = all
}

var garbageSink []byte

// garbage allocates 16 KiB of garbage.
func garbage() {
	garbageSink = make([]byte, 16*kib)
	garbageSink[rand.IntN(len(garbageSink))] = 1
}
