package memlimit

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// ReleaseCode removes the program's code and constants from the resident memory, since
// much of the code ran only at the start. The kernel loads what the program uses again
// from its page cache. ReleaseCode ignores errors.
func ReleaseCode() {
	exe, err := os.Executable()
	if err != nil {
		return
	}
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		return
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
			// Nothing of it was ever written to, such as by the dynamic linker.
			_ = unix.Madvise(unsafe.Slice((*byte)(pointerTo(from)), to-from), unix.MADV_DONTNEED)
		}
	}
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
