package profile

import (
	"bytes"
	"fmt"
	"path"
	"strings"
)

// noNamePrefix begins the name of a function that has none in its profile, as in a
// stripped program: an empty name would leave a gap in every sentence.
const noNamePrefix = "(no name)"

// NoFrames replaces the function of a stack without frames.
const NoFrames = "(no frames)"

// unnamedLocation returns a name for a location without symbols, from its address
// and the end of its mapping's file name.
func unnamedLocation(address uint64, file string) string {
	switch {
	case address == 0, address+1 == 0: // threadcreate has the latter
		return noNamePrefix
	case !isBlank(file):
		return fmt.Sprintf("%#x [%s]", address, path.Base(file[max(0, len(file)-maxBase):]))
	}
	return fmt.Sprintf("%#x", address)
}

// maxBase bounds the file name within the name of a function, in bytes.
const maxBase = 100

// unnamedFunc returns a name for a function that has none but begins at a line of a
// file: "(no name) store/cache.go:41". An unknown line is 0.
func unnamedFunc(file string, line int64) string {
	if isBlank(file) {
		return noNamePrefix
	}
	dir, base := path.Split(file)
	name := noNamePrefix + " " + path.Join(path.Base(dir), base)
	if line > 0 {
		name += fmt.Sprintf(":%d", line)
	}
	return name
}

// isUnnamed reports whether a name was made by unnamedLocation or unnamedFunc.
func isUnnamed(name string) bool {
	return strings.HasPrefix(name, "0x") || strings.HasPrefix(name, noNamePrefix)
}

func isBlank(s string) bool { return strings.TrimSpace(s) == "" }

func isBlankBytes(b []byte) bool { return len(bytes.TrimSpace(b)) == 0 }
