package callstack

import (
	"slices"
	"strings"

	"github.com/leaktop/leaktop/profile"
)

// LibraryOn returns the library function to which the goroutines of a stack belong; nil
// if there is none. It is the one nearest to the leaf. But if none of the service's own
// code is on the stack, it is the function that the goroutine runs, because its library
// started the goroutine and the one nearest to the leaf may belong to a codec, unless
// that library only runs functions that others pass to it.
func LibraryOn(st *profile.Stack) *profile.Function {
	if st == nil {
		return nil
	}
	if n := st.Depth(); n > 0 && !HasUser(st) {
		if run := st.FrameAt(n - 1).Func; run.Class == profile.ClassDep && !slices.Contains(runners, ModuleOf(run)) {
			return run
		}
	}
	for _, fr := range st.Frames() {
		if fr.Func.Class == profile.ClassDep {
			return fr.Func
		}
	}
	return nil
}

// runners are modules that run functions of others as goroutines.
var runners = []string{"golang.org/x/sync", "k8s.io/apimachinery", "github.com/panjf2000/ants/v2", "github.com/sourcegraph/conc", "github.com/oklog/run", "gopkg.in/tomb.v2"}

// ModuleOf returns the module of a library's function, as far as its file or its
// name shows: "google.golang.org/grpc".
func ModuleOf(f *profile.Function) string {
	if at := strings.Index(f.File, "@v"); at > 0 {
		path := f.File[:at]
		if i := strings.LastIndex(path, "/pkg/mod/"); i >= 0 {
			path = path[i+len("/pkg/mod/"):]
		}
		if i := strings.LastIndex(path, "/vendor/"); i >= 0 {
			path = path[i+len("/vendor/"):]
		}
		return unescapePath(path)
	}
	path := profile.PackagePath(f.Name)
	if i := strings.Index(path, "/internal"); i > 0 {
		path = path[:i]
	}
	parts := strings.Split(path, "/")
	return strings.Join(parts[:min(len(parts), 3)], "/")
}

// unescapePath undoes the escaping of the module cache: "!burnt!sushi" becomes
// "BurntSushi".
func unescapePath(path string) string {
	head, rest, found := strings.Cut(path, "!")
	for found && rest != "" {
		var next string
		head += strings.ToUpper(rest[:1])
		next, rest, found = strings.Cut(rest[1:], "!")
		head += next
	}
	return head
}

// PackageBetween returns the package of the standard library that the user's code
// called, if goroutines wait inside it and not in a primitive; "" if there is none.
func PackageBetween(st *profile.Stack) string {
	name := ""
	if st == nil {
		return name
	}
	for _, fr := range st.Frames() {
		if fr.Func.Class >= profile.ClassDep {
			break
		}
		name = profile.PackagePath(fr.Func.Name)
	}
	switch name {
	case "runtime", "sync", "internal/sync", "time", "internal/runtime/maps":
		return ""
	}
	return name
}
