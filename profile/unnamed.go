package profile

import (
	"bytes"
	"fmt"
	"path"
	"strings"
)

// noNamePrefix begins what a function is called that has no name where it comes from,
// as where symbols were stripped: nothing would be a hole in every sentence.
const noNamePrefix = "(no name)"

// NoFrames stands for the function of a stack that has none.
const NoFrames = "(no frames)"

// unnamedLocation is what a location without symbols is called, by its address and the
// file of its mapping, of which the end is enough.
func unnamedLocation(address uint64, file string) string {
	switch {
	case address == 0, address+1 == 0: // threadcreate has the latter
		return noNamePrefix
	case !isBlank(file):
		return fmt.Sprintf("%#x [%s]", address, path.Base(file[max(0, len(file)-maxBase):]))
	}
	return fmt.Sprintf("%#x", address)
}

// maxBase bounds the name of a file in the name of a function, in bytes.
const maxBase = 100

// unnamedFunc is what a function without a name is called that begins at a line of
// a file: "(no name) store/cache.go:41". The line is 0 where it is not known.
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

// isUnnamed tells whether a function is called so because it has no name.
func isUnnamed(name string) bool {
	return strings.HasPrefix(name, "0x") || strings.HasPrefix(name, noNamePrefix)
}

func isBlank(s string) bool { return strings.TrimSpace(s) == "" }

func isBlankBytes(b []byte) bool { return len(bytes.TrimSpace(b)) == 0 }
