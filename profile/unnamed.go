package profile

import (
	"fmt"
	"path"
	"strings"

	"github.com/google/pprof/profile"
)

// noName begins what a function is called that has no name where it comes from,
// as where symbols were stripped: nothing would be a hole in every sentence.
const noName = "(no name)"

// NoFrames stands for the function of a stack that has none.
const NoFrames = "(no frames)"

// nameOf is what a function of a profile is called: where it has no name, by
// its file, else by the address of its place.
func nameOf(f *profile.Function, l *profile.Location) string {
	switch {
	case !isBlank(f.Name):
		return f.Name
	case !isBlank(f.SystemName):
		return f.SystemName
	case isBlank(f.Filename) && l.Address != 0:
		return unnamed(l)
	}
	return unnamedIn(f.Filename, f.StartLine)
}

// unnamed is what a location without symbols is called.
func unnamed(l *profile.Location) string {
	switch {
	case l.Address == 0, l.Address+1 == 0: // threadcreate has the latter
		return noName
	case l.Mapping != nil && !isBlank(l.Mapping.File):
		return fmt.Sprintf("%#x [%s]", l.Address, path.Base(l.Mapping.File))
	}
	return fmt.Sprintf("%#x", l.Address)
}

// unnamedIn is what a function without a name is called that begins at a line of
// a file: "(no name) store/cache.go:41". The line is 0 where it is not known.
func unnamedIn(file string, line int64) string {
	if isBlank(file) {
		return noName
	}
	dir, base := path.Split(file)
	name := noName + " " + path.Join(path.Base(dir), base)
	if line > 0 {
		name += fmt.Sprintf(":%d", line)
	}
	return name
}

// isUnnamed tells whether a function is called so because it has no name.
func isUnnamed(name string) bool {
	return strings.HasPrefix(name, "0x") || strings.HasPrefix(name, noName)
}

func isBlank(s string) bool { return strings.TrimSpace(s) == "" }
