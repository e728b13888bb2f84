package profile

import (
	"reflect"
	"testing"
	"time"
	"unsafe"
)

// An instant equals the time it was made from, whatever the clock, and compares like it.
func TestInstant(t *testing.T) {
	now := time.Now()
	for _, at := range []time.Time{now, now.Round(0), time.Date(2026, 5, 4, 14, 2, 0, 1, time.UTC), time.Date(1999, 1, 1, 0, 0, 0, 0, time.Local)} {
		i := InstantOf(at)
		if got := i.AsTime(); !got.Equal(at) {
			t.Errorf("got %v, want %v", got, at)
		}
		next := InstantOf(at.Add(3 * time.Second))
		if next.Sub(i) != 3*time.Second || i.Add(3*time.Second) != next || next.Since(at) != 3*time.Second || !i.Before(next) || !next.After(i) || i.Compare(next) != -1 || i.Equal(next) {
			t.Errorf("%v: the instants are not three seconds apart", at)
		}
	}
	if i := InstantOf(time.Time{}); !i.IsZero() || !i.AsTime().IsZero() {
		t.Error("no time became one")
	}
}

// The points of a history are small and have no pointers for the garbage collector to
// follow, because after an hour there are a hundred thousand of them.
func TestGroupPointHasNoPointers(t *testing.T) {
	point := reflect.TypeFor[GroupPoint]()
	for i := range point.NumField() {
		switch f := point.Field(i); f.Type.Kind() {
		case reflect.Int64, reflect.Float64:
		default:
			t.Errorf("%s is a %v", f.Name, f.Type)
		}
	}
	if size := unsafe.Sizeof(GroupPoint{}); size > 72 {
		t.Errorf("a point takes %d bytes, want at most 72", size)
	}
}
