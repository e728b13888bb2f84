package profile

import (
	"errors"
	"fmt"
	"sync"
)

// Budget bounds the work of reading many profiles of one origin, such as the
// entries of a recording: each may be within the bounds of one, and all of them
// still take minutes. Work is counted in bytes: those unpacked, and four for each
// frame. It may be used from several goroutines.
type Budget struct {
	mu   sync.Mutex
	left int64
}

// A budget begins with enough for ten profiles at the bounds. Each profile adds to
// it by its stored size: the large one measured takes 11 bytes of work a byte.
const (
	budgetStart   = 512 << 20
	budgetProfile = 512 << 10
	budgetPerByte = 32
	frameWork     = 4
)

// ErrBudget says that the profiles before took so much more work than their size
// promised that this one is not read.
var ErrBudget = fmt.Errorf("%w: together with those before it, it unpacks to far more than its size", ErrTooLarge)

// NewBudget returns a budget of which nothing is used.
func NewBudget() *Budget { return &Budget{left: budgetStart} }

// openProfile adds what a profile of so many stored bytes may take. The error is
// [ErrBudget].
func (b *Budget) openProfile(stored int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.left = min(b.left+budgetProfile+budgetPerByte*int64(stored), budgetStart)
	if b.left < 0 {
		return ErrBudget
	}
	return nil
}

// spendWork takes work from the budget.
func (b *Budget) spendWork(work int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.left -= work
}

// unpackWork is what unpacking took: a profile that is too large is unpacked up to
// the bound.
func unpackWork(data []byte, err error) int64 {
	if errors.Is(err, ErrTooLarge) {
		return MaxSize
	}
	return int64(len(data))
}
