package memlimit

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"
)

// ReleaseCode removes the program's code and constants from the resident memory, since
// much of the code ran only at the start. The kernel maps what the program uses again
// from its page cache, and from then on little around it. ReleaseCode ignores errors.
func ReleaseCode() {
	for _, code := range findCode() {
		_ = unix.Madvise(code, unix.MADV_DONTNEED)
	}
}

// mapAround is how much code the kernel maps with a page that is used, in bytes, rather
// than 64 KiB, most of which is never used.
const mapAround = 8 << 10

// findCode returns the mappings of the program's file. It has divided them, since the
// kernel maps nothing beyond the mapping in which a page is used: flags that differ for
// every other part are the way to do that. Core dumps leave out code anyway.
var findCode = sync.OnceValue(func() [][]byte {
	code := readMappings()
	for _, c := range code {
		for at := mapAround; at+mapAround <= len(c); at += 2 * mapAround {
			if unix.Madvise(c[at:at+mapAround], unix.MADV_DONTDUMP) != nil {
				break // such as too many mappings, or larger pages
			}
		}
	}
	return code
})

// readMappings returns the mappings of the program's file that nothing was ever written
// to, such as by the dynamic linker.
func readMappings() (code [][]byte) {
	exe, err := os.Executable()
	if err != nil {
		return nil
	}
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		return nil
	}
	defer func() { _ = f.Close() }()
	var from, to uint64
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		switch {
		case len(words) > 5 && len(words[1]) == 4:
			if from, to = 0, 0; words[1][1] == '-' && words[5] == exe {
				from, to = parseRange(words[0])
			}
		case len(words) == 3 && words[0] == "Anonymous:" && words[1] == "0" && to > from:
			code = append(code, unsafe.Slice((*byte)(pointerTo(from)), to-from))
		}
	}
	return code
}

// parseRange parses the addresses of a mapping.
func parseRange(text string) (from, to uint64) {
	a, b, _ := strings.Cut(text, "-")
	from, err := strconv.ParseUint(a, 16, 64)
	if err != nil {
		return 0, 0
	}
	if to, err = strconv.ParseUint(b, 16, 64); err != nil {
		return 0, 0
	}
	return from, to
}

// pointerTo returns the pointer to an address outside of the Go heap.
func pointerTo(address uint64) unsafe.Pointer {
	return *(*unsafe.Pointer)(unsafe.Pointer(&address))
}
