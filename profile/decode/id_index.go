package decode

// idIndex finds the index of an entry by its ID. Most profiles number IDs from 1,
// so that no lookup table is needed.
type idIndex struct {
	n    uint64 // number of entries, if IDs are numbered from 1
	byID map[uint64]int32
}

// indexIDs records the IDs of n entries. It returns false if an ID is 0 or occurs
// twice.
func (x *idIndex) indexIDs(n int, id func(i int) uint64) bool {
	x.n = uint64(n)
	clear(x.byID)
	counted := true
	for i := range n {
		counted = counted && id(i) == uint64(i+1)
	}
	if counted {
		return true
	}
	x.n = 0
	if x.byID == nil {
		x.byID = map[uint64]int32{}
	}
	for i := range n {
		v := id(i)
		if v == 0 {
			return false
		}
		x.byID[v] = int32(i)
	}
	return len(x.byID) == n
}

// indexOf returns the index of an entry, or -1 if there is none.
func (x *idIndex) indexOf(id uint64) int32 {
	if x.n > 0 || len(x.byID) == 0 {
		if id-1 < x.n { // 0 wraps around
			return int32(id - 1)
		}
		return -1
	}
	if i, ok := x.byID[id]; ok {
		return i
	}
	return -1
}
