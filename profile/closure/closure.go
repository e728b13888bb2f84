// Package closure finds the source name of a closure whose function the compiler has
// inlined. The linker names such a closure after the function into which its own was
// inlined, perhaps in another package: "main.main.func3.Store.Put.1" is a closure in
// kv.Store.Put.
package closure

import (
	"path"
	"slices"
	"strings"
)

// Roots says where a program was compiled; either field may be empty if that is unknown.
type Roots struct {
	MainFile string // of main.main
	GoRoot   string // folder of the standard library, with a slash at its end
}

// SourceName returns the source name of the function that contains a closure, followed by
// ".func", if symbol is the linker's name of an inlined copy. The number of the closure
// within the function is unknown. It returns false for any other symbol. file is the file of
// the closure; sameFile, unless nil, returns symbols of functions in a file.
func SourceName(symbol, file string, roots Roots, sameFile func(file string) []string) (string, bool) {
	pkg, elems := splitSymbol(symbol)
	end := len(elems)
	for end > 0 && isMark(elems[end-1]) {
		end--
	}
	if end < 2 || file == "" {
		return "", false
	}
	last, suffix := elems[end-1], suffixOf(elems[end:])
	if name, isRange := trimRange(last); isRange {
		last, suffix = name, suffix+"-range"
	}
	if suffix == "" {
		return "", false
	}
	var others []string
	if sameFile != nil {
		others = sameFile(file)
	}
	before, home := elems[end-2], packageOf(file, roots.GoRoot, others)
	if end == 2 && (strings.HasPrefix(before, "(") || !isElsewhere(pkg, before, file, home, roots)) {
		return "", false // a method
	}
	if home == "" {
		home = guessPackage(pkg, file, roots.MainFile)
	}
	if strings.HasPrefix(before, "(") || end > 2 && slices.Contains(others, home+"."+before+"."+last) {
		last = before + "." + last // a method of that type, not a function inlined into another
	}
	return home + "." + last + suffix, true
}

// isElsewhere reports whether a closure that is named after a function or type of a package
// belongs to a function of another package. home is the package of its file, if that is
// known.
func isElsewhere(pkg, outer, file, home string, roots Roots) bool {
	if home != "" && home != pkg && "vendor/"+home != pkg {
		return true
	}
	return pkg == "main" && (outer == "main" || outer == "init" || roots.MainFile != "" && path.Dir(file) != path.Dir(roots.MainFile))
}

// splitSymbol returns the import path in a symbol, and the elements after it, which dots
// separate.
func splitSymbol(symbol string) (pkg string, elems []string) {
	head := symbol
	if i := strings.IndexAny(head, "[("); i >= 0 {
		head = head[:i]
	}
	slash := strings.LastIndexByte(head, '/') + 1
	dot := strings.IndexByte(head[slash:], '.')
	if dot < 0 {
		return "", nil
	}
	pkg, rest := symbol[:slash+dot], symbol[slash+dot+1:]
	depth, from := 0, 0
	for i := range len(rest) {
		switch rest[i] {
		case '[', '(':
			depth++
		case ']', ')':
			depth--
		case '.':
			if depth == 0 {
				elems, from = append(elems, rest[from:i]), i+1
			}
		}
	}
	return strings.ReplaceAll(pkg, "%2e", "."), append(elems, rest[from:])
}

// isMark reports whether an element of a symbol stands for a closure: "func1", "gowrap2" or,
// in a closure, "3". Names that do not begin with a letter are the linker's own.
func isMark(elem string) bool {
	elem, _ = trimRange(elem)
	for _, mark := range []string{"func", "gowrap", "deferwrap", ""} {
		if n, ok := strings.CutPrefix(elem, mark); ok && strings.Trim(n, "0123456789") == "" && (n != "" || mark == "") {
			return true
		}
	}
	return false
}

// trimRange removes the suffix for the body of a range over a function.
func trimRange(elem string) (name string, isRange bool) {
	name = strings.TrimRight(elem, "0123456789")
	name, isRange = strings.CutSuffix(name, "-range")
	if !isRange {
		return elem, false
	}
	return name, true
}

// suffixOf returns the text that replaces the marks after a function.
func suffixOf(marks []string) string {
	if len(marks) == 0 {
		return ""
	}
	if mark := strings.TrimRight(marks[len(marks)-1], "0123456789"); mark != "" {
		return "." + mark
	}
	return ".func"
}

// packageOf returns the package of a file: from the symbol of a function in it that is not a
// closure, or from the file's path if that is certain. Empty if unknown.
func packageOf(file, goRoot string, sameFile []string) string {
	for _, s := range sameFile {
		if pkg, elems := splitSymbol(s); pkg != "" && !slices.ContainsFunc(elems, isMark) {
			return pkg
		}
	}
	dir := path.Dir(file)
	if below, ok := strings.CutPrefix(dir, goRoot); ok && goRoot != "" {
		return below
	}
	if i := strings.LastIndex(dir, "/vendor/"); i >= 0 {
		return dir[i+len("/vendor/"):]
	}
	at := strings.Index(dir, "@v")
	if at < 0 || strings.Contains(dir, "!") { // which stands for a capital letter
		return ""
	}
	_, below, _ := strings.Cut(dir[at:], "/")
	module := dir[:at]
	if i := strings.LastIndex(module, "/pkg/mod/"); i >= 0 {
		module = module[i+len("/pkg/mod/"):]
	}
	return path.Join(module, below)
}

// guessPackage returns pkg if its last element is the folder of a file, which usually means
// that the file belongs to pkg.
func guessPackage(pkg, file, mainFile string) string {
	dir := path.Base(path.Dir(file))
	if dir == path.Base(pkg) || dir == "." || dir == "/" || pkg == "main" && path.Dir(file) == path.Dir(mainFile) {
		return pkg
	}
	return dir
}
