package decode

import "math"

// Profile is a profile in columns, with references between its tables resolved to
// indexes. Texts are as the target wrote them.
type Profile struct {
	Strings     [][]byte
	Types       []ValueType
	Functions   []Function
	Mappings    []Mapping
	Locations   []Location
	Lines       []Line
	Refs        []int32 // the locations of the samples that are not Known, by index, leaf first
	Ends        []int32 // by sample: where its Refs end
	Known       []bool  // by sample: whether it has the stack of the last profile's sample at the same position
	Values      []int64 // of all samples, one per type
	Sizes       []int64 // by sample: its "bytes" label; NoSize if there is not just one
	Time        int64   // nanoseconds since 1970
	Duration    int64   // nanoseconds
	Period      int64
	PeriodType  ValueType
	DefaultType uint64 // a string
	Frames      int64  // of all samples, inlined calls included
	// SameTables reports that everything but the samples and the time equals the last
	// profile.
	SameTables bool
	// SameStacks reports that everything but the time and the values of the Changed
	// samples equals the last profile. Known, Refs and Ends are then of an earlier one.
	SameStacks bool
	Changed    []int32 // ascending
}

// NoSize means that a sample does not give the size of its objects.
const NoSize = math.MinInt64

// ValueType refers to two strings.
type ValueType struct{ Name, Unit uint64 }

// Function refers to strings.
type Function struct {
	ID                 uint64
	Name, System, File uint64
	Start              int64
}

// Mapping refers to strings.
type Mapping struct{ ID, File, BuildID uint64 }

// Location is an address and the lines that were compiled to it, innermost first.
type Location struct {
	ID, Address uint64
	Mapping     int32 // index, -1 for none
	From, To    int32 // its lines
}

// Line is a line of a function.
type Line struct {
	functionID uint64
	Function   int32 // index
	Number     int64
}

// HasKnownStack reports whether a sample has the stack of the last profile's sample
// at the same position.
func (p *Profile) HasKnownStack(sample int) bool { return sample < len(p.Known) && p.Known[sample] }

// isBeyond reports whether values are so large that their sums could overflow. A
// service that allocates 10 GB per second takes 14 years to get there.
func (p *Profile) isBeyond() bool {
	n := len(p.Types)
	for t := range n {
		sum := 0.0
		for i := t; i < len(p.Values); i += n {
			sum += math.Abs(float64(p.Values[i]))
		}
		if sum > 1<<62 {
			return true
		}
	}
	return false
}
