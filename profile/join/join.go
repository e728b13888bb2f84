// Package join puts heap profiles together from the profiles in profile stores, which
// have one sample type each. A [Builder] also completes profiles of which only the live
// bytes were read.
package join

import (
	"errors"
	"fmt"
	"time"

	"github.com/leaktop/leaktop/profile/decode"
)

// heapTypes are the sample types of Go's heap profile, in its order.
var heapTypes = [...]string{"alloc_objects", "alloc_space", "inuse_objects", "inuse_space"}

// Columns of heapTypes.
const (
	allocObjects = iota
	allocBytes
	liveObjects
	liveBytes
	columns
)

// AssumedRate is the sampling rate, in bytes, that is assumed for a heap profile that
// does not state it: the default of runtime.MemProfileRate.
const AssumedRate = 512 << 10

// Joined is a profile made of several that have one sample type each.
type Joined struct {
	Data []byte // gzipped
	// IsRateAssumed reports that no part states its sampling rate, so [AssumedRate] is
	// written.
	IsRateAssumed bool
}

// Heap makes the heap profile of a moment from profiles of one sample type each, as
// profile stores return them: alloc_objects, alloc_space, inuse_objects and inuse_space,
// by name. A stack has zeros where a part does not have it.
func Heap(parts map[string][]byte, at time.Time) (Joined, error) {
	t := newTables()
	values, err := t.addWhole(parts)
	if err != nil {
		return Joined{}, err
	}
	e, err := newEncoder(t)
	if err != nil {
		return Joined{}, err
	}
	data, err := e.encode(at, values)
	return Joined{data, t.period <= 0}, err
}

// addWhole adds the parts of one profile and returns its values, [columns] of each stack.
func (t *tables) addWhole(parts map[string][]byte) ([]int64, error) {
	var values []int64
	for i, name := range heapTypes {
		data, ok := parts[name]
		if !ok {
			return nil, fmt.Errorf("join heap profile: %s is missing", name)
		}
		err := t.addPart(data, name, func(stack int32, v int64) {
			for int(stack+1)*columns > len(values) {
				values = append(values, make([]int64, columns)...)
			}
			values[int(stack)*columns+i] += v
		})
		if err != nil {
			return nil, fmt.Errorf("join heap profile: %s: %w", name, err)
		}
	}
	return values, nil
}

var errOtherType = errors.New("it has another sample type")

// addPart passes the stack and the value of each sample of a profile to add. If it has
// several sample types, the one with the given name is used.
func (t *tables) addPart(data []byte, name string, add func(stack int32, v int64)) error {
	data, err := decode.Unpack(data)
	if err != nil {
		return err
	}
	d, err := new(decode.Decoder).Decode(data)
	if err != nil {
		return err
	}
	of := -1
	for i, x := range d.Types {
		if string(d.Strings[x.Name]) == name {
			of = i
		}
	}
	if of < 0 {
		if len(d.Types) != 1 {
			return errOtherType
		}
		of = 0 // some stores call the only type "value" or by its unit
	}
	for i, stack := range t.addProfile(d) {
		add(stack, d.Values[i*len(d.Types)+of])
	}
	return nil
}
