package memory

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// ErrNoFigures reports that a response was read to its end and has no memory figures.
var ErrNoFigures = errors.New("it has no memory figures")

// ParseHeapText reads the trailer of heap?debug=1, as written by runtime/pprof:
//
//	# runtime.MemStats
//	# Alloc = 1234
//	...
//	# Stack = 1 / 2
//	# MaxRSS = 5678
//
// The profile before it may be large; it is skipped, in bounded memory. The error
// wraps [ErrNoFigures] if there is no trailer.
func ParseHeapText(r io.Reader) (Report, error) {
	lines := bufio.NewReaderSize(r, 16<<10)
	var rep Report
	trailer, any := false, false
	for {
		line, err := readShortLine(lines)
		switch {
		case line == "# runtime.MemStats":
			trailer = true
		case trailer:
			any = parseTrailerLine(&rep.Reading, line) || any
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Report{}, fmt.Errorf("read heap profile as text: %w", err)
		}
	}
	if !any {
		return Report{}, fmt.Errorf("read heap profile as text: %w", ErrNoFigures)
	}
	return rep, nil
}

// readShortLine reads a line. It returns "" for a line longer than the buffer.
func readShortLine(r *bufio.Reader) (string, error) {
	line, err := r.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return strings.TrimRight(string(line), "\r\n"), err
	}
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = r.ReadSlice('\n')
	}
	return "", err
}

// parseTrailerLine parses "# Name = value" or "# Name = inuse / sys". It reports whether
// that was a memory figure.
func parseTrailerLine(r *Reading, line string) bool {
	name, value, found := strings.Cut(strings.TrimPrefix(line, "# "), " = ")
	if !found {
		return false
	}
	switch name {
	case "NumGC":
		n, err := strconv.ParseUint(value, 10, 32)
		r.NumGC = uint32(n)
		return err == nil
	case "LastGC":
		n, err := strconv.ParseUint(value, 10, 63)
		r.LastGC = int64(n)
		return err == nil
	}
	first, second, pair := strings.Cut(value, " / ")
	if !pair {
		return r.setText(name, value)
	}
	a, b := r.setText(name+"/", first), r.setText("/"+name, second)
	return a || b
}

func (r *Reading) setText(name, value string) bool {
	for _, f := range figures {
		if f.heapTextName == name {
			n, err := strconv.ParseUint(value, 10, 64)
			if err == nil {
				*f.pointer(r) = n
			}
			return err == nil
		}
	}
	return false
}
