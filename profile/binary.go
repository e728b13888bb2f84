package profile

import "strings"

// deletedSuffix is what Linux appends to the path of a program whose file was
// removed or replaced while it runs, as an in-place update does. The build ID is
// read from the file, so it is then missing too.
const deletedSuffix = " (deleted)"

// binaryOf identifies a program by its file and its build id.
func binaryOf(file, buildID string) string {
	return cleanName(strings.TrimSuffix(file, deletedSuffix)) + " " + cleanName(buildID)
}

// isOtherBinary reports whether two profiles are of different programs: a different
// file, or a different build ID where both are known.
func isOtherBinary(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	fileA, idA := splitBinary(a)
	fileB, idB := splitBinary(b)
	return fileA != fileB || idA != idB && idA != "" && idB != ""
}

func splitBinary(b string) (file, buildID string) {
	if i := strings.LastIndexByte(b, ' '); i >= 0 {
		return b[:i], b[i+1:]
	}
	return b, ""
}
