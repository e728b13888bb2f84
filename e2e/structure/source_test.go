// Package structure tests the rules for the structure of the code.
package structure

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// root is the root of the repository, seen from this package's folder.
const root = "../.."

// sourceFile is a Go file of the module, tests included.
type sourceFile struct {
	path   string // from the root, with slashes
	folder string
	isTest bool
	lines  int
	syntax *ast.File
	set    *token.FileSet
}

// function is a function or method declared in a file.
type function struct {
	file     *sourceFile
	name     string // without the receiver
	receiver string // the type, empty for a function
	lines    int
	body     *ast.BlockStmt
}

// String names a function for a message: "ui/rows.go: list.sort".
func (f function) String() string {
	if f.receiver == "" {
		return f.file.path + ": " + f.name
	}
	return f.file.path + ": " + f.receiver + "." + f.name
}

// readSources parses every Go file of the module, once.
var readSources = sync.OnceValues(func() ([]*sourceFile, error) {
	var files []*sourceFile
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		inside, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		if d.IsDir() && skipsFolder(inside, d.Name()) {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		f := &sourceFile{path: filepath.ToSlash(inside), set: token.NewFileSet(), lines: strings.Count(string(data), "\n")}
		f.folder, f.isTest = path.Dir(f.path), strings.HasSuffix(name, "_test.go")
		f.syntax, err = parser.ParseFile(f.set, name, data, parser.SkipObjectResolution)
		files = append(files, f)
		return err
	})
	return files, err
})

// skipsFolder reports whether a folder is not part of the module, such as the
// tools, which are separate modules.
func skipsFolder(path, name string) bool {
	return path != "." && strings.HasPrefix(name, ".") || path == "tools" || path == "build" || name == "testdata"
}

// sources returns the Go files of the module.
func sources(t *testing.T) []*sourceFile {
	t.Helper()
	files, err := readSources()
	if err != nil || len(files) < 50 {
		t.Fatalf("read %d files: %v", len(files), err)
	}
	return files
}

// testPackages are packages for tests, which are not part of the program.
var testPackages = []string{
	"e2e", "e2e/structure", "e2e/eventually", "source/kube/kubetest", "source/sourcetest", "profile/decode/decodetest", "ui/rendertest", "ui/tui/tuitest",
	"profile/simulated", "source/store/storetest", "source/store/parca/parcatest", "source/store/prometheus/prometheustest", "source/store/pyroscope/pyroscopetest",
}

// product returns the files that are part of the program.
func product(t *testing.T) []*sourceFile {
	t.Helper()
	var files []*sourceFile
	for _, f := range sources(t) {
		if !f.isTest && !slices.Contains(testPackages, f.folder) {
			files = append(files, f)
		}
	}
	return files
}

// functions returns the functions and methods that are declared in files.
func functions(files []*sourceFile) []function {
	var all []function
	for _, f := range files {
		for _, d := range f.syntax.Decls {
			decl, ok := d.(*ast.FuncDecl)
			if !ok || decl.Body == nil {
				continue
			}
			lines := f.set.Position(decl.End()).Line - f.set.Position(decl.Pos()).Line + 1
			all = append(all, function{f, decl.Name.Name, receiverOf(decl), lines, decl.Body})
		}
	}
	return all
}

// receiverOf returns the name of the type that a method belongs to.
func receiverOf(decl *ast.FuncDecl) string {
	if decl.Recv == nil {
		return ""
	}
	expr := decl.Recv.List[0].Type
	for {
		switch e := expr.(type) {
		case *ast.StarExpr:
			expr = e.X
		case *ast.IndexExpr:
			expr = e.X
		case *ast.IndexListExpr:
			expr = e.X
		case *ast.Ident:
			return e.Name
		default:
			return ""
		}
	}
}
