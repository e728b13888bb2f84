package profile

// countFields counts the fields at the top level of a protobuf message: for a
// profile, its samples, locations, functions and strings. Two bytes on the wire
// can become a hundred in memory, so the count is bounded before decoding. Data
// that is no protobuf counts up to where it stops being one.
func countFields(b []byte) int {
	n := 0
	eachField(b, func(int, uint64, []byte) { n++ })
	return n
}
