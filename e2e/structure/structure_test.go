package structure

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/leaktop/leaktop/"

// onlyIn says which folders may import what, tests included.
var onlyIn = []struct{ imports, folder string }{
	{"github.com/google/pprof", "profile"},
	{"k8s.io/", "source/kube"},
	{"charm.land/bubble", "ui"},
	{"charm.land/lipgloss", "ui"},
	{"github.com/NimbleMarkets/ntcharts", "ui"},
}

// layers are ordered: a folder imports only itself and those to its left.
var layers = []string{"profile", "source", "ui", ".", "e2e"}

func layer(folder string) int {
	first, _, _ := strings.Cut(folder, "/")
	for i, l := range layers {
		if l == first {
			return i
		}
	}
	return -1
}

func TestImportsRunOneWay(t *testing.T) {
	eachGoFile(t, func(file string, _ int) {
		folder := filepath.ToSlash(filepath.Dir(file))
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range parsed.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if ours, ok := strings.CutPrefix(path, module); ok && layer(ours) > layer(folder) {
				t.Errorf("%s imports %s: imports run main → ui → source → profile", file, path)
			}
			for _, rule := range onlyIn {
				if strings.HasPrefix(path, rule.imports) && !strings.HasPrefix(folder+"/", rule.folder+"/") {
					t.Errorf("%s imports %s: only %s may", file, path, rule.folder)
				}
			}
		}
	})
}

func TestFilesAreShort(t *testing.T) {
	eachGoFile(t, func(file string, lines int) {
		if lines > 400 {
			t.Errorf("%s has %d lines, the most is 400", file, lines)
		}
	})
}

// Lengths of functions, in lines: most fit on a screen.
const (
	longFunction    = 55
	longestFunction = 80
)

func TestFunctionsAreShort(t *testing.T) {
	all, long := 0, 0
	eachGoFile(t, func(file string, _ int) {
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			all++
			n := set.Position(f.End()).Line - set.Position(f.Pos()).Line + 1
			if n > longFunction {
				long++
			}
			if n > longestFunction {
				t.Errorf("%s: %s has %d lines, the most is %d", file, f.Name.Name, n, longestFunction)
			}
		}
	})
	if long*20 > all {
		t.Errorf("%d of %d functions have more than %d lines: at most one in twenty may", long, all, longFunction)
	}
}

// noIO are packages that package profile and those below it must not need: a
// profile is bytes that somebody else has read. Tests may.
var noIO = []string{"net", "net/http", "os", "os/exec", "syscall", "io/ioutil", "log", "time/tzdata"}

func TestProfileDoesNoIO(t *testing.T) {
	eachGoFile(t, func(file string, _ int) {
		if layer(filepath.ToSlash(filepath.Dir(file))) != 0 || strings.HasSuffix(file, "_test.go") {
			return
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range parsed.Imports {
			path, _ := strconv.Unquote(spec.Path.Value)
			// Handlers of pprof's own pages; ui serves them.
			handlers := path == "net/http" && strings.HasPrefix(filepath.ToSlash(file), "profile/pprofweb/")
			if slices.Contains(noIO, path) && !handlers {
				t.Errorf("%s imports %s: package profile does no IO", file, path)
			}
		}
	})
}

// folders are all that may stand at the top level with Go in it.
var folders = []string{".", "profile", "source", "ui", "e2e"}

func TestFoldersAtTheTop(t *testing.T) {
	eachGoFile(t, func(file string, _ int) {
		first, _, _ := strings.Cut(filepath.ToSlash(filepath.Dir(file)), "/")
		if !slices.Contains(folders, first) {
			t.Errorf("%s: Go of the product stands in %v", file, folders)
		}
		if first == "." && file != "main.go" {
			t.Errorf("%s: main.go is the only Go file at the top", file)
		}
	})
}

// CONTRIBUTING shows every folder that holds Go, below the one at the top that it
// is in, and none that is not there.
func TestContributingNamesEveryFolder(t *testing.T) {
	data, err := os.ReadFile("CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	_, page, _ := strings.Cut(string(data), "## Structure\n\n```\n")
	page, _, _ = strings.Cut(page, "```")
	parts, top := map[string]string{}, ""
	for line := range strings.Lines(page) {
		if !strings.HasPrefix(line, " ") {
			top, _, _ = strings.Cut(line, "/")
		}
		parts[top] += line
		for _, word := range strings.Fields(line) {
			if !strings.HasSuffix(word, "/") {
				break
			}
			if info, err := os.Stat(filepath.Join(top, strings.TrimPrefix(word, top))); err != nil || !info.IsDir() {
				t.Errorf("%s/%s is shown, and is not there", top, word)
			}
		}
	}
	eachGoFile(t, func(file string, _ int) {
		folder := filepath.ToSlash(filepath.Dir(file))
		first, _, _ := strings.Cut(folder, "/")
		name := folder[strings.LastIndexByte(folder, '/')+1:]
		if folder != "." && !strings.Contains(" "+parts[first], " "+name+"/ ") {
			t.Errorf("%s holds Go, and the structure in CONTRIBUTING.md does not show it", folder)
		}
	})
}

// eachGoFile calls f for every Go file of the module.
func eachGoFile(t *testing.T, f func(file string, lines int)) {
	t.Helper()
	n := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != "." || d.Name() == "tools" || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		n++
		f(path, strings.Count(string(data), "\n"))
		return nil
	})
	if err != nil || n < 50 {
		t.Fatalf("looked at %d files: %v", n, err)
	}
}
