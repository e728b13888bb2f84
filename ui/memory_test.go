package ui

import (
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
)

const mib = 1 << 20

// addMemory adds a memory sample: a live heap of 412 MiB, 1000 of 2048 MiB used.
func (s *screen) addMemory() {
	st, now := &s.m.vc.State, time.Date(2026, 5, 4, 14, 2, 0, 0, time.UTC)
	st.Heap = profile.Line{{{Time: now, V: 412 * mib}}}
	st.Facts = profile.Facts{Limit: 2048 * mib, LimitFrom: "pod", GoMemory: 1800 * mib}
	st.Memory = []memory.Reading{{
		Time: now, RSS: 1000 * mib,
		HeapAlloc: 500 * mib, HeapInuse: 520 * mib, HeapIdle: 180 * mib, HeapReleased: 100 * mib, HeapSys: 700 * mib,
		StackSys: 40 * mib, MSpanSys: 5 * mib, MCacheSys: 1 * mib, BuckHashSys: 4 * mib, GCSys: 20 * mib, OtherSys: 10 * mib,
		Sys: 780 * mib,
	}}
}
