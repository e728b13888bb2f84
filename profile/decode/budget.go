package decode

import (
	"errors"
	"fmt"
	"sync"
)

// Budget bounds the work of reading many profiles of one origin, such as the
// entries of a recording: each may be within the bounds for one profile, yet all of
// them together could take minutes. Work is counted in bytes: those unpacked, plus
// four for each frame. It is safe for concurrent use.
type Budget struct {
	mu   sync.Mutex
	left int64
}

// A budget starts with enough for ten profiles at the bounds. Each profile adds to
// it in proportion to its stored size: the large one measured takes 11 bytes of
// work per byte.
const (
	budgetStart   = 512 << 20
	budgetProfile = 512 << 10
	budgetPerByte = 32
)

// FrameWork is the work that a frame takes.
const FrameWork = 4

// ErrBudget means that a profile is not read because earlier ones took far more
// work than their sizes suggested.
var ErrBudget = fmt.Errorf("%w: together with those before it, it unpacks to far more than its size", ErrTooLarge)

// NewBudget returns an unused budget.
func NewBudget() *Budget { return &Budget{left: budgetStart} }

// OpenProfile adds the allowance of a profile of the given stored size in bytes.
// The error is [ErrBudget].
func (b *Budget) OpenProfile(stored int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.left = min(b.left+budgetProfile+budgetPerByte*int64(stored), budgetStart)
	if b.left < 0 {
		return ErrBudget
	}
	return nil
}

// SpendWork subtracts work from the budget.
func (b *Budget) SpendWork(work int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.left -= work
}

// UnpackWork returns the work that [Unpack] took: a profile that is too large is
// unpacked up to the bound.
func UnpackWork(data []byte, err error) int64 {
	if errors.Is(err, ErrTooLarge) {
		return MaxSize
	}
	return int64(len(data))
}
