package profile

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"

	"github.com/leaktop/leaktop/profile/decode"
	"github.com/leaktop/leaktop/profile/decode/decodetest"
)

// gzipTimes compresses data level times.
func gzipTimes(t testing.TB, data []byte, level int) []byte {
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

// gzipStored returns a gzip file that is as large as its content.
func gzipStored(t testing.TB, data []byte) []byte {
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

// measureAllocated returns the number of bytes that do allocates on the heap, including garbage.
func measureAllocated(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// hostileProfiles returns responses with profiles in which a few bytes require a lot of memory.
func hostileProfiles(t testing.TB) map[string][]byte {
	sample := func(parts ...[]byte) []byte { return decodetest.Message(decode.FieldSample, parts...) }
	one := decodetest.Number(decode.FieldValue, 1)
	refs := func(n int) []byte { return decodetest.Message(decode.FieldRef, decodetest.Repeat(n, []byte{1})) }
	wide := decodetest.Message(decode.FieldLocation, decodetest.Number(decode.FieldID, 2), decodetest.Repeat(2000, decodetest.Message(decode.FieldLine, decodetest.Number(decode.FieldFunctionID, 1))))
	long := func(n int) []byte {
		return decodetest.Message(decode.FieldStringTable, decodetest.Repeat(n, []byte("x")))
	} // string 4
	return map[string][]byte{
		"gzip in gzip":               gzipTimes(t, make([]byte, 2*decode.MaxSize), 2),
		"gzip in gzip in gzip":       gzipTimes(t, decodetest.Small(sample(one, refs(1))), 3),
		"layers share a bound":       gzipTimes(t, gzipStored(t, make([]byte, decode.MaxSize*2/3)), 1),
		"gzip of several members":    decodetest.Repeat(40, gzipTimes(t, make([]byte, 1<<20), 1)),
		"packed references":          decodetest.Small(sample(one, refs(decode.MaxRefs+2))),
		"references one by one":      decodetest.Small(sample(one, decodetest.Repeat(decode.MaxRefs+2, decodetest.Number(decode.FieldRef, 1)))),
		"references on many samples": decodetest.Small(decodetest.Repeat(100_000, sample(one, refs(64)))),
		"frames of a wide location":  decodetest.Small(wide, sample(one, decodetest.Message(decode.FieldRef, decodetest.Repeat(100_000, []byte{2})))),
		"frames of many samples":     decodetest.Small(wide, decodetest.Repeat(4000, sample(one, decodetest.Number(decode.FieldRef, 2)))),
		"values":                     decodetest.Small(sample(decodetest.Message(decode.FieldValue, decodetest.Repeat(decode.MaxValues+2, []byte{1})))),
		"values of many types":       decodetest.Small(decodetest.Repeat(100_000, decodetest.Message(decode.FieldSampleType)), sample(decodetest.Message(decode.FieldValue, decodetest.Repeat(100_001, []byte{1})))),
		"labels on one sample":       decodetest.Small(sample(one, decodetest.Repeat(1_000_000, decodetest.Message(decode.FieldLabel, decodetest.Number(1, 1))))),
		"labels on many samples":     decodetest.Small(decodetest.Repeat(200_000, sample(one, decodetest.Message(decode.FieldLabel, decodetest.Number(1, 1), decodetest.Number(3, 1))))),
		"samples":                    decodetest.Small(decodetest.Repeat(decode.MaxEntries+2, sample(one))),
		"lines":                      decodetest.Small(decodetest.Message(decode.FieldLocation, decodetest.Number(decode.FieldID, 2), decodetest.Repeat(decode.MaxLines+2, decodetest.Message(decode.FieldLine, decodetest.Number(decode.FieldFunctionID, 1))))),
		"locations":                  decodetest.Small(decodetest.Repeat(decode.MaxEntries+2, decodetest.Message(decode.FieldLocation, decodetest.Number(decode.FieldID, 2)))),
		"functions":                  decodetest.Small(decodetest.Repeat(decode.MaxEntries+2, decodetest.Message(decode.FieldFunction, decodetest.Number(decode.FieldID, 2)))),
		"mappings":                   decodetest.Small(decodetest.Repeat(decode.MaxEntries+2, decodetest.Message(decode.FieldMapping, decodetest.Number(decode.FieldID, 2)))),
		"strings":                    decodetest.Small(decodetest.Repeat(decode.MaxMemory/40+2, decodetest.Message(decode.FieldStringTable))),
		"packed comments":            decodetest.Small(decodetest.Message(decode.FieldComment, decodetest.Repeat(5_000_000, []byte{1}))),
		"comments one by one":        decodetest.Small(decodetest.Repeat(decode.MaxFields+2, decodetest.Number(decode.FieldComment, 1))),
		"a name of many functions": decodetest.Small(long(1<<20), func() []byte {
			var b []byte
			for i := range 100_000 {
				b = append(b, decodetest.Message(decode.FieldFunction, decodetest.Number(decode.FieldID, uint64(i+2)), decodetest.Number(decode.FieldName, 4))...)
			}
			return b
		}()),
		"a name of many lines": decodetest.Small(long(1<<20), decodetest.Message(decode.FieldFunction, decodetest.Number(decode.FieldID, 2), decodetest.Number(decode.FieldName, 4)),
			decodetest.Message(decode.FieldLocation, decodetest.Number(decode.FieldID, 2), decodetest.Repeat(100_000, decodetest.Message(decode.FieldLine, decodetest.Number(decode.FieldFunctionID, 2))))),
		"a file of many locations": decodetest.Small(long(1<<20), decodetest.Message(decode.FieldMapping, decodetest.Number(decode.FieldID, 1), decodetest.Number(decode.FieldFile, 4)), func() []byte {
			var b []byte
			for i := range 100_000 {
				b = append(b, decodetest.Message(decode.FieldLocation, decodetest.Number(decode.FieldID, uint64(i+2)), decodetest.Number(decode.FieldMappingID, 1), decodetest.Number(3, 7))...)
			}
			return b
		}()),
		"a long key of many labels":      decodetest.Small(long(1<<20), decodetest.Repeat(1000, sample(one, decodetest.Message(decode.FieldLabel, decodetest.Number(1, 4), decodetest.Number(3, 1))))),
		"a type with a long name":        decodetest.Small(long(8<<20), decodetest.Repeat(50, decodetest.Message(decode.FieldSampleType, decodetest.Number(1, 4)))),
		"a long expression":              decodetest.Small(decodetest.Message(decode.FieldStringTable, decodetest.Repeat(1<<20, []byte("(a|b)*"))), decodetest.Number(decode.FieldDropFrames, 4)),
		"an expression that repeats":     decodetest.Small(decodetest.Message(decode.FieldStringTable, decodetest.Repeat(500, []byte(`\pL{1000}|`)), []byte("x")), decodetest.Number(decode.FieldDropFrames, 4)),
		"an expression of keep_frames":   decodetest.Small(decodetest.Message(decode.FieldStringTable, []byte(`(.{900}|x){1}.{900}(.{900}|.{900}).{900}.{900}.{900}.{900}.{900}.{900}`)), decodetest.Number(decode.FieldDropFrames, 3), decodetest.Number(decode.FieldKeepFrames, 4)),
		"an expression for long names":   decodetest.Small(decodetest.Message(decode.FieldStringTable, decodetest.Repeat(500, []byte(`x.*|`)), []byte("y")), long(1<<20), decodetest.Number(decode.FieldDropFrames, 4), decodetest.Message(decode.FieldFunction, decodetest.Number(decode.FieldID, 2), decodetest.Number(decode.FieldName, 5))),
		"numbers that overflow ten":      decodetest.Small(decodetest.Repeat(2_000_000, append(decodetest.Number(decode.FieldComment, 0)[:1], 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f)), sample(decodetest.Message(decode.FieldValue, decodetest.Repeat(9_000_000, []byte{1})))),
		"goroutines in text":             append([]byte("goroutine profile: total 1\n"), distinctAddresses(600_000)...),
		"text without end":               append([]byte("goroutine profile: total 1\n"), decodetest.Repeat(1_000_000, []byte("1 @ 0x1 0x2\n"))...),
		"assignments of a memory map":    append([]byte("heap profile: 1: 1 [1: 1] @ heap/1\nMAPPED_LIBRARIES:\n"), decodetest.Repeat(50_000, []byte("name=value\n"))...),
		"lines of a memory map":          append(append([]byte("goroutine profile: total 1\n"), distinctAddresses(40_000)...), append([]byte("--- Memory map: ---\n"), decodetest.Repeat(40_000, []byte("1-2 r-xp 0 00:00 1 /a\n"))...)...),
		"addresses of the binary format": append([]byte("\x00\x00\x00\x00\x03\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00"), make([]byte, 8<<20)...),
	}
}

// distinctAddresses returns n lines of a goroutine profile as text, with ten addresses each.
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

// maxForOne is the maximum that reading one profile may allocate on the heap, including garbage.
const maxForOne = 128 << 20

// TestHostileProfilesTakeLittle checks every way in which a profile can be read: most attacks are refused, and the
// others take little memory.
func TestHostileProfilesTakeLittle(t *testing.T) {
	for name, data := range hostileProfiles(t) {
		t.Run(name, func(t *testing.T) {
			for _, entrance := range []struct {
				name string
				read func() error
			}{
				{"add", func() error { _, err := NewHistoryBuilder().Add(Capture{Kind: Goroutine, Data: data}); return err }},
				{"describe", func() error { _, err := Describe(decode.NewBudget(), data); return err }},
			} {
				var err error
				took := measureAllocated(func() { err = entrance.read() })
				if err != nil && (!errors.Is(err, decode.ErrTooLarge) && !errors.Is(err, decode.ErrMalformed) || strings.Contains(err.Error(), "\n")) {
					t.Errorf("%s: got %v, want one sentence that it is too large", entrance.name, err)
				}
				if err == nil && !harmless[name] && entrance.name == "add" {
					t.Errorf("%s: the profile was read", entrance.name)
				}
				if took > maxForOne {
					t.Errorf("%s took %d MB", entrance.name, took>>20)
				}
			}
		})
	}
}

// harmless are the attacks that affect google/pprof but not our decoder, which ignores labels and comments and
// examines each name once.
var harmless = map[string]bool{
	"labels on one sample": true, "labels on many samples": true, "a long key of many labels": true, "packed comments": true,
	"a name of many lines": true, "a file of many locations": true,
}

// TestLargeProfilesAreRead checks that a profile below the limits costs no more than they allow.
func TestLargeProfilesAreRead(t *testing.T) {
	one := decodetest.Number(decode.FieldValue, 1)
	for name, data := range map[string][]byte{
		"samples with labels": decodetest.Small(decodetest.Repeat(41_000, decodetest.Message(decode.FieldSample, one, decodetest.Message(decode.FieldRef, decodetest.Repeat(10, []byte{1})), decodetest.Message(decode.FieldLabel, decodetest.Number(1, 1), decodetest.Number(3, 8))))),
		"deep stacks":         decodetest.Small(decodetest.Repeat(1, decodetest.Message(decode.FieldSample, one, decodetest.Message(decode.FieldRef, decodetest.Repeat(2_000_000, []byte{1}))))),
		"packed twice":        gzipTimes(t, decodetest.Small(decodetest.Message(decode.FieldSample, one, decodetest.Number(decode.FieldRef, 1))), 2),
		"unknown fields":      decodetest.Small(decodetest.Repeat(2_000_000, decodetest.Number(99, 1)), decodetest.Message(decode.FieldSample, one, decodetest.Number(decode.FieldRef, 1), decodetest.Repeat(1000, decodetest.Message(77)))),
		"an expression":       decodetest.Small(decodetest.Message(decode.FieldStringTable, []byte(`runtime\..*|main\.g`)), decodetest.Number(decode.FieldDropFrames, 4), decodetest.Message(decode.FieldSample, one, decodetest.Number(decode.FieldRef, 1))),
	} {
		t.Run(name, func(t *testing.T) {
			took := measureAllocated(func() {
				if _, err := NewHistoryBuilder().Add(Capture{Kind: Goroutine, Data: data}); err != nil {
					t.Error(err)
				}
			})
			if took > maxForOne {
				t.Errorf("reading it took %d MB", took>>20)
			}
		})
	}
}
