package profile

import (
	_ "embed"
	"path"
	"strings"
)

// Class says whose code a function is.
type Class uint8

// Whose code it is, from the runtime outward.
const (
	ClassRuntime Class = iota // the Go runtime
	ClassStd                  // the standard library
	ClassDep                  // a module the user's depends on
	ClassUser                 // the user's own module
)

// String returns the name of the class.
func (c Class) String() string {
	return [...]string{"runtime", "standard library", "dependency", "own code"}[c]
}

// stdList is the output of "go list std" of Go 1.26, one import path per line.
//
//go:embed std.txt
var stdList string

var standardPackages = func() map[string]bool {
	m := map[string]bool{}
	for p := range strings.Lines(stdList) {
		m[strings.TrimSpace(p)] = true
	}
	return m
}()

// PackagePath returns the import path in a symbol name:
// "example.com/shop/store.(*Cache[...]).Put" is in "example.com/shop/store".
// Dots in the last element of a path are escaped by the linker as %2e.
func PackagePath(name string) string {
	head := name
	if i := strings.IndexAny(head, "[("); i >= 0 {
		head = head[:i] // type arguments hold paths of their own
	}
	slash := strings.LastIndexByte(head, '/') + 1
	dot := strings.IndexByte(head[slash:], '.')
	if dot < 0 {
		return ""
	}
	return strings.ReplaceAll(name[:slash+dot], "%2e", ".")
}

// ShortName returns a symbol name without the parents of its package's path:
// "example.com/shop/store.(*Cache).Put" becomes "store.(*Cache).Put". A major
// version is dropped too: "go.etcd.io/raft/v3.(*node).run" becomes
// "raft.(*node).run". Dots that the linker escapes are dots again: "nats%2ego.(*Conn).Close"
// becomes "nats.go.(*Conn).Close".
func ShortName(name string) string {
	name = strings.ReplaceAll(withoutShapes(name), "%2e", ".")
	head := name
	if i := strings.IndexAny(head, "[("); i >= 0 {
		head = head[:i] // type arguments hold paths of their own
	}
	slash := strings.LastIndexByte(strings.TrimRight(head, "/"), '/')
	if last, _, ok := strings.Cut(head[slash+1:], "."); ok && slash > 0 && isMajorVersion(last) {
		parent := strings.LastIndexByte(head[:slash], '/')
		return abbreviateName(name[parent+1:slash] + name[slash+1+len(last):])
	}
	return abbreviateName(name[slash+1:])
}

// withoutShapes replaces the compiler's own type arguments, as in
// "race.First[go.shape.*uint8].func1", by "...", as the runtime does in a traceback. The
// source does not have them, and there all instances are one function.
func withoutShapes(name string) string {
	from, to := strings.Index(name, "[go.shape."), strings.LastIndexByte(name, ']')
	if from < 0 || to < from {
		return name
	}
	return name[:from] + "[...]" + name[to+1:]
}

// maxShortName is the maximum length of a short name in characters, since it
// appears in sentences. Type arguments can make a name longer.
const maxShortName = 120

// abbreviateName cuts the middle out of a name that is too long.
func abbreviateName(name string) string {
	if len(name) <= maxShortName {
		return name
	}
	r := []rune(name)
	if len(r) <= maxShortName {
		return name
	}
	return string(r[:maxShortName*2/3]) + "…" + string(r[len(r)-maxShortName/3+1:])
}

// isMajorVersion reports whether an element of an import path is a major version,
// such as "v2".
func isMajorVersion(s string) bool {
	n, ok := strings.CutPrefix(s, "v")
	return ok && n != "" && strings.Trim(n, "0123456789") == ""
}

// sourceRoots is what is known about where the target was compiled.
type sourceRoots struct {
	// mainModule is the "module@version/" folder of func main if the program was
	// built from the module cache, as "go install" does: that module is the user's.
	mainModule string
	// goRoot is the folder of the standard library: "/usr/local/go/src/".
	goRoot string
	// mainFile is the file of func main.
	mainFile string
}

// learnFrom updates the roots from the name and file of a function.
func (r *sourceRoots) learnFrom(name, file string) {
	switch {
	case name == "main.main":
		r.mainFile = file
		if m := moduleRoot(file); m != "" {
			r.mainModule = m
		}
	case r.goRoot == "" && strings.HasPrefix(name, "runtime."):
		if i := strings.LastIndex(file, "/src/runtime/"); i >= 0 {
			r.goRoot = file[:i+len("/src/")]
		}
	}
}

// classOf classifies a function by its name and the file it was compiled from: the
// module cache and vendor folders hold dependencies, with and without -trimpath.
func classOf(name, file string, r sourceRoots) Class {
	pkg := PackagePath(name)
	switch {
	case isRuntimePackage(pkg):
		return ClassRuntime
	case file == "" && isUnnamed(name):
		return ClassDep // unknown: code known to be the user's is blamed first
	case pkg == "" && (strings.HasPrefix(name, "type:") || file == ""):
		return ClassRuntime // generated equality functions, assembly, C
	case standardPackages[pkg] || strings.HasPrefix(pkg, "vendor/"):
		return ClassStd
	case pkg == "main":
		return ClassUser
	case r.mainModule != "" && strings.Contains(file, r.mainModule):
		return ClassUser
	case isDependencyFile(file):
		return ClassDep
	case r.goRoot != "" && strings.HasPrefix(file, r.goRoot):
		return ClassStd // newer than the list
	}
	return ClassUser
}

// classOfFile classifies a function that was inlined into the user's code, by its file.
func classOfFile(file string, r sourceRoots) Class {
	switch {
	case r.mainModule != "" && strings.Contains(file, r.mainModule):
		return ClassUser
	case isDependencyFile(file):
		return ClassDep
	case r.goRoot != "" && strings.HasPrefix(file, r.goRoot), standardPackages[path.Dir(file)]:
		return ClassStd
	}
	return ClassUser
}

// isRuntimePackage reports whether an import path belongs to the Go runtime.
func isRuntimePackage(pkg string) bool {
	return pkg == "runtime" || strings.HasPrefix(pkg, "runtime/internal/") || strings.HasPrefix(pkg, "internal/runtime/")
}

// isDependencyFile reports whether a file is in the module cache, in a vendor
// folder or in Bazel's folder of external repositories, with and without -trimpath.
func isDependencyFile(file string) bool {
	return moduleRoot(file) != "" || strings.Contains(file, "/vendor/") || strings.HasPrefix(file, "external/")
}

// moduleRoot returns the "path@version" part of a file of the module cache:
// ".../pkg/mod/github.com/a/b@v1.2.3/c.go" gives "github.com/a/b@v1.2.3/". It
// is empty for other files.
func moduleRoot(file string) string {
	at := strings.Index(file, "@v")
	if at < 0 {
		return ""
	}
	end := strings.IndexByte(file[at:], '/')
	if end < 0 {
		return ""
	}
	start := strings.LastIndex(file[:at], "/pkg/mod/")
	if start >= 0 {
		start += len("/pkg/mod/")
	} else {
		start = 0
	}
	return file[start : at+end+1]
}
