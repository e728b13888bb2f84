package structure

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/leaktop/leaktop/"

// layers are ordered: a folder imports only itself and those before it.
var layers = []string{"profile", "source", "ui", ".", "e2e"}

// testHelp is the package that tests of every layer may import.
const testHelp = "e2e/eventually"

// onlyIn lists imports that only one folder may have, including its tests.
var onlyIn = []struct{ imports, folder string }{
	{"github.com/google/pprof", "profile"},
	{"k8s.io/", "source/kube"},
	{"charm.land/", "ui"},
	{"github.com/NimbleMarkets/ntcharts", "ui"},
}

// exceptions are allowed despite onlyIn.
var exceptions = map[string]string{
	"main.go":                      "charm.land/fang/v2", // formats help and errors of the commands
	"source/pod_container_test.go": "k8s.io/api/core/v1", // creates pods for kubetest
}

// noIO are packages that package profile and those below it must not import,
// except in tests, because other packages read the bytes of a profile.
var noIO = []string{"net", "net/http", "os", "os/exec", "syscall", "io/ioutil", "log", "time/tzdata"}

// layerOf returns the position of a folder in layers, -1 for an unknown one.
func layerOf(folder string) int {
	first, _, _ := strings.Cut(folder, "/")
	return slices.Index(layers, first)
}

// imports returns the paths that a file imports.
func (f *sourceFile) imports(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, spec := range f.syntax.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, path)
	}
	return all
}

func TestImportsRunOneWay(t *testing.T) {
	for _, f := range sources(t) {
		for _, path := range f.imports(t) {
			if ours, ok := strings.CutPrefix(path, module); ok && ours != testHelp && layerOf(ours) > layerOf(f.folder) {
				t.Errorf("%s imports %s: imports run main → ui → source → profile", f.path, path)
			}
		}
	}
}

func TestLibrariesStayInTheirFolder(t *testing.T) {
	for _, f := range sources(t) {
		for _, path := range f.imports(t) {
			for _, rule := range onlyIn {
				if strings.HasPrefix(path, rule.imports) && !strings.HasPrefix(f.folder+"/", rule.folder+"/") && exceptions[f.path] != path {
					t.Errorf("%s imports %s: only %s may", f.path, path, rule.folder)
				}
			}
		}
	}
}

func TestProfileDoesNoIO(t *testing.T) {
	for _, f := range product(t) {
		if !strings.HasPrefix(f.folder+"/", "profile/") {
			continue
		}
		for _, path := range f.imports(t) {
			// Handlers of pprof's own pages; ui serves them.
			isHandler := path == "net/http" && f.folder == "profile/pprofweb"
			if slices.Contains(noIO, path) && !isHandler {
				t.Errorf("%s imports %s: package profile does no IO", f.path, path)
			}
		}
	}
}

// Packages for tests are not part of the program.
func TestOnlyTestsImportTestPackages(t *testing.T) {
	for _, f := range product(t) {
		for _, path := range f.imports(t) {
			if ours, ok := strings.CutPrefix(path, module); ok && slices.Contains(testPackages, ours) {
				t.Errorf("%s imports %s: only tests may", f.path, path)
			}
		}
	}
}

// Only main.go is at the top, and all other Go files are in the folders of the
// layers.
func TestFoldersAtTheTop(t *testing.T) {
	for _, f := range sources(t) {
		if layerOf(f.folder) < 0 {
			t.Errorf("%s is in none of the folders %v", f.path, layers)
		}
		if f.folder == "." && f.path != "main.go" {
			t.Errorf("%s: main.go is the only Go file at the top", f.path)
		}
	}
}
