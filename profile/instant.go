package profile

import (
	"cmp"
	"time"
)

// Instant is a [time.Time] in 8 bytes without a pointer, for the many points of a history:
// they take a third less memory, and the garbage collector passes over them. Like a
// time.Time, it is measured by the monotonic clock where the time was. The zero value means
// no time.
type Instant int64

// instantBase is the time from which instants count.
var instantBase = time.Now().Add(-time.Hour)

// InstantOf returns a time as an instant.
func InstantOf(t time.Time) Instant {
	if t.IsZero() {
		return 0
	}
	return Instant(t.Sub(instantBase))
}

// AsTime returns the instant as a time.
func (t Instant) AsTime() time.Time {
	if t == 0 {
		return time.Time{}
	}
	return instantBase.Add(time.Duration(t))
}

// IsZero reports whether t is no time.
func (t Instant) IsZero() bool { return t == 0 }

// Sub returns the time from u to t.
func (t Instant) Sub(u Instant) time.Duration { return time.Duration(t - u) }

// Since returns the time from u to t.
func (t Instant) Since(u time.Time) time.Duration { return t.AsTime().Sub(u) }

// Add returns the instant after a duration.
func (t Instant) Add(d time.Duration) Instant { return t + Instant(d) }

// Before reports whether t is before u.
func (t Instant) Before(u Instant) bool { return t < u }

// After reports whether t is after u.
func (t Instant) After(u Instant) bool { return t > u }

// Equal reports whether t is u.
func (t Instant) Equal(u Instant) bool { return t == u }

// Compare returns -1 if t is before u, +1 if it is after u, and 0 if they are equal.
func (t Instant) Compare(u Instant) int { return cmp.Compare(t, u) }
