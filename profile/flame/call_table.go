package flame

// callTable maps a node and the function it calls to the node of that call. It is an
// open hash table, because a Go map took most of the time of building a tree. Node
// 0 is the root, never a callee, so it marks free slots.
type callTable struct {
	keys  []uint64
	to    []int32
	n     int
	shift uint8
}

func newCallTable(expected int) *callTable {
	e := &callTable{shift: 64 - 8}
	for 1<<(64-e.shift) < 2*expected {
		e.shift--
	}
	e.keys, e.to = make([]uint64, 1<<(64-e.shift)), make([]int32, 1<<(64-e.shift))
	return e
}

// slotOf returns the slot of a key, or where to insert it (Fibonacci hashing: Knuth,
// The Art of Computer Programming 3, 6.4).
func (e *callTable) slotOf(key uint64) uint64 {
	at := key * 0x9e3779b97f4a7c15 >> e.shift
	for e.to[at] != 0 && e.keys[at] != key {
		at = (at + 1) & uint64(len(e.to)-1)
	}
	return at
}

func (e *callTable) lookup(key uint64) (to int32, ok bool) {
	to = e.to[e.slotOf(key)]
	return to, to != 0
}

func (e *callTable) store(key uint64, to int32) {
	if e.n++; 2*e.n > len(e.to) {
		bigger := newCallTable(len(e.to))
		for i, t := range e.to {
			if t != 0 {
				at := bigger.slotOf(e.keys[i])
				bigger.keys[at], bigger.to[at] = e.keys[i], t
			}
		}
		bigger.n, *e = e.n, *bigger
	}
	at := e.slotOf(key)
	e.keys[at], e.to[at] = key, to
}
