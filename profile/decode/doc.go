// Package decode reads profiles in the format of google/pprof: quickly, within
// bounds whatever the bytes are, and with the same result as google/pprof.
//
// A [Decoder] walks the protobuf once into columns that it reuses, and looks again
// only at what differs from the profile before. Everything else, such as the text
// formats that predate protobuf, is left to google/pprof itself.
package decode
