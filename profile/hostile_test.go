package profile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
)

// number is a protobuf field with a number.
func number(field int, v uint64) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(nil, uint64(field)<<3), v)
}

// message is a protobuf field with a length: a message, a string or numbers.
func message(field int, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	b := binary.AppendUvarint(nil, uint64(field)<<3|wireBytes)
	return append(binary.AppendUvarint(b, uint64(len(body))), body...)
}

// hostile is a small valid profile with more fields after it: one sample type, a
// function and a location, each of ID 1, and a sample where there is none in more.
func hostile(more ...[]byte) []byte {
	return bytes.Join([][]byte{
		message(fieldSampleType, number(1, 1), number(2, 2)),
		message(fieldLocation, number(fieldID, 1), message(fieldLine, number(fieldFunctionID, 1))),
		message(fieldFunction, number(fieldID, 1), number(fieldName, 3)),
		message(fieldStringTable), message(fieldStringTable, []byte("goroutine")), message(fieldStringTable, []byte("count")), message(fieldStringTable, []byte("main.f")),
		bytes.Join(more, nil),
	}, nil)
}

// times repeats a field.
func times(n int, field []byte) []byte { return bytes.Repeat(field, n) }

// gzipped packs data, level times.
func gzipped(t testing.TB, data []byte, level int) []byte {
	t.Helper()
	for range level {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := z.Write(data); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		data = b.Bytes()
	}
	return data
}

// stored is a gzip file that is as large as what is in it.
func stored(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.NoCompression)
	if err == nil {
		_, err = z.Write(data)
	}
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// allocated is how many bytes do takes from the heap, garbage included.
func allocated(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// attacks are profiles that a few bytes blow up, each as it arrives.
func attacks(t testing.TB) map[string][]byte {
	sample := func(parts ...[]byte) []byte { return message(fieldSample, parts...) }
	one := number(fieldValue, 1)
	refs := func(n int) []byte { return message(fieldRef, times(n, []byte{1})) }
	wide := message(fieldLocation, number(fieldID, 2), times(2000, message(fieldLine, number(fieldFunctionID, 1))))
	long := func(n int) []byte { return message(fieldStringTable, times(n, []byte("x"))) } // string 4
	return map[string][]byte{
		"gzip in gzip":               gzipped(t, make([]byte, 2*MaxSize), 2),
		"gzip in gzip in gzip":       gzipped(t, hostile(sample(one, refs(1))), 3),
		"layers share a bound":       gzipped(t, stored(t, make([]byte, MaxSize*2/3)), 1),
		"gzip of several members":    times(40, gzipped(t, make([]byte, 1<<20), 1)),
		"packed references":          hostile(sample(one, refs(maxRefs+2))),
		"references one by one":      hostile(sample(one, times(maxRefs+2, number(fieldRef, 1)))),
		"references on many samples": hostile(times(100_000, sample(one, refs(64)))),
		"frames of a wide location":  hostile(wide, sample(one, message(fieldRef, times(100_000, []byte{2})))),
		"frames of many samples":     hostile(wide, times(4000, sample(one, number(fieldRef, 2)))),
		"values":                     hostile(sample(message(fieldValue, times(maxValues+2, []byte{1})))),
		"values of many types":       hostile(times(100_000, message(fieldSampleType)), sample(message(fieldValue, times(100_001, []byte{1})))),
		"labels on one sample":       hostile(sample(one, times(1_000_000, message(fieldLabel, number(1, 1))))),
		"labels on many samples":     hostile(times(200_000, sample(one, message(fieldLabel, number(1, 1), number(3, 1))))),
		"samples":                    hostile(times(maxEntries+2, sample(one))),
		"lines":                      hostile(message(fieldLocation, number(fieldID, 2), times(maxLines+2, message(fieldLine, number(fieldFunctionID, 1))))),
		"locations":                  hostile(times(maxEntries+2, message(fieldLocation, number(fieldID, 2)))),
		"functions":                  hostile(times(maxEntries+2, message(fieldFunction, number(fieldID, 2)))),
		"mappings":                   hostile(times(maxEntries+2, message(fieldMapping, number(fieldID, 2)))),
		"strings":                    hostile(times(maxMemory/weightString+2, message(fieldStringTable))),
		"packed comments":            hostile(message(fieldComment, times(5_000_000, []byte{1}))),
		"comments one by one":        hostile(times(maxFields+2, number(fieldComment, 1))),
		"a name of many functions": hostile(long(1<<20), func() []byte {
			var b []byte
			for i := range 100_000 {
				b = append(b, message(fieldFunction, number(fieldID, uint64(i+2)), number(fieldName, 4))...)
			}
			return b
		}()),
		"a name of many lines": hostile(long(1<<20), message(fieldFunction, number(fieldID, 2), number(fieldName, 4)),
			message(fieldLocation, number(fieldID, 2), times(100_000, message(fieldLine, number(fieldFunctionID, 2))))),
		"a file of many locations": hostile(long(1<<20), message(fieldMapping, number(fieldID, 1), number(fieldFile, 4)), func() []byte {
			var b []byte
			for i := range 100_000 {
				b = append(b, message(fieldLocation, number(fieldID, uint64(i+2)), number(fieldMappingID, 1), number(3, 7))...)
			}
			return b
		}()),
		"a long key of many labels":      hostile(long(1<<20), times(1000, sample(one, message(fieldLabel, number(1, 4), number(3, 1))))),
		"a type with a long name":        hostile(long(8<<20), times(50, message(fieldSampleType, number(1, 4)))),
		"a long expression":              hostile(message(fieldStringTable, times(1<<20, []byte("(a|b)*"))), number(fieldDropFrames, 4)),
		"an expression that repeats":     hostile(message(fieldStringTable, times(500, []byte(`\pL{1000}|`)), []byte("x")), number(fieldDropFrames, 4)),
		"an expression of keep_frames":   hostile(message(fieldStringTable, []byte(`(.{900}|x){1}.{900}(.{900}|.{900}).{900}.{900}.{900}.{900}.{900}.{900}`)), number(fieldDropFrames, 3), number(fieldKeepFrames, 4)),
		"an expression for long names":   hostile(message(fieldStringTable, times(500, []byte(`x.*|`)), []byte("y")), long(1<<20), number(fieldDropFrames, 4), message(fieldFunction, number(fieldID, 2), number(fieldName, 5))),
		"numbers that overflow ten":      hostile(times(2_000_000, append(number(fieldComment, 0)[:1], 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f)), sample(message(fieldValue, times(9_000_000, []byte{1})))),
		"goroutines in text":             append([]byte("goroutine profile: total 1\n"), distinctAddresses(600_000)...),
		"text without end":               append([]byte("goroutine profile: total 1\n"), times(1_000_000, []byte("1 @ 0x1 0x2\n"))...),
		"assignments of a memory map":    append([]byte("heap profile: 1: 1 [1: 1] @ heap/1\nMAPPED_LIBRARIES:\n"), times(50_000, []byte("name=value\n"))...),
		"lines of a memory map":          append(append([]byte("goroutine profile: total 1\n"), distinctAddresses(40_000)...), append([]byte("--- Memory map: ---\n"), times(40_000, []byte("1-2 r-xp 0 00:00 1 /a\n"))...)...),
		"addresses of the binary format": append([]byte("\x00\x00\x00\x00\x03\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00"), make([]byte, 8<<20)...),
	}
}

// distinctAddresses are lines of a goroutine profile in text, ten addresses each.
func distinctAddresses(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		if i%10 == 0 {
			b.WriteString("1 @")
		}
		fmt.Fprintf(&b, " %#x", i+1)
		if i%10 == 9 {
			b.WriteByte('\n')
		}
	}
	return b.Bytes()
}

// mostForOne is what reading one profile may take from the heap, garbage included.
const mostForOne = 128 << 20

// TestHostileProfilesTakeLittle, whichever way they come in: most are refused, and
// what is read all the same is worth its memory.
func TestHostileProfilesTakeLittle(t *testing.T) {
	for name, data := range attacks(t) {
		t.Run(name, func(t *testing.T) {
			for _, entrance := range []struct {
				name string
				read func() error
			}{
				{"add", func() error { _, err := NewHistoryBuilder().Add(Capture{Kind: Goroutine, Data: data}); return err }},
				{"describe", func() error { _, err := Describe(data); return err }},
			} {
				var err error
				took := allocated(func() { err = entrance.read() })
				if err != nil && (!errors.Is(err, ErrTooLarge) && !errors.Is(err, errMalformed) || strings.Contains(err.Error(), "\n")) {
					t.Errorf("%s: %v, want one sentence that it is too large", entrance.name, err)
				}
				if err == nil && !harmless[name] && entrance.name == "add" {
					t.Errorf("%s: it was read", entrance.name)
				}
				if took > mostForOne {
					t.Errorf("%s took %d MB", entrance.name, took>>20)
				}
			}
		})
	}
}

// harmless are the attacks that google/pprof falls for and our own decoder does
// not: nothing is built of labels and comments, and a name is looked at once.
var harmless = map[string]bool{
	"labels on one sample": true, "labels on many samples": true, "a long key of many labels": true, "packed comments": true,
	"a name of many lines": true, "a file of many locations": true,
}

// TestLargeProfilesAreRead: what is below the bounds costs no more than they say.
func TestLargeProfilesAreRead(t *testing.T) {
	one := number(fieldValue, 1)
	for name, data := range map[string][]byte{
		"samples with labels": hostile(times(41_000, message(fieldSample, one, message(fieldRef, times(10, []byte{1})), message(fieldLabel, number(1, 1), number(3, 8))))),
		"deep stacks":         hostile(times(1, message(fieldSample, one, message(fieldRef, times(2_000_000, []byte{1}))))),
		"packed twice":        gzipped(t, hostile(message(fieldSample, one, number(fieldRef, 1))), 2),
		"unknown fields":      hostile(times(2_000_000, number(99, 1)), message(fieldSample, one, number(fieldRef, 1), times(1000, message(77)))),
		"an expression":       hostile(message(fieldStringTable, []byte(`runtime\..*|main\.g`)), number(fieldDropFrames, 4), message(fieldSample, one, number(fieldRef, 1))),
	} {
		t.Run(name, func(t *testing.T) {
			took := allocated(func() {
				if _, err := NewHistoryBuilder().Add(Capture{Kind: Goroutine, Data: data}); err != nil {
					t.Error(err)
				}
			})
			if took > mostForOne {
				t.Errorf("it took %d MB", took>>20)
			}
		})
	}
}
