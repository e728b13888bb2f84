package structure

import (
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"sort"
	"strings"
	"testing"
)

// Limits beyond which code is hard to read.
const (
	maxFileLines     = 400
	maxFunctionLines = 60
	maxComplexity    = 15  // cyclomatic: paths through a function
	maxPackageFiles  = 40  // without tests
	maxPackageShare  = 15  // percent of the product's lines
	maxTypeMethods   = 40  // of one type
	maxModelFields   = 15  // of a type Model of ui
	maxOneWordShare  = 15  // percent of the functions whose names are a single lower-case word
	maxTestLines     = 80  // of a function in a test file: tables are long
	maxTestBranches  = 25  // complexity of one
	minFunctions     = 500 // minimum number of functions that must be found, so that the limits are really checked
)

// requireNone fails the test if anything exceeds a limit.
func requireNone(t *testing.T, limit string, found []string) {
	t.Helper()
	if len(found) > 0 {
		sort.Strings(found)
		t.Errorf("%d exceed the limit of %s:\n\t%s", len(found), limit, strings.Join(found, "\n\t"))
	}
}

func TestFilesAreShort(t *testing.T) {
	for _, f := range sources(t) {
		if f.lines > maxFileLines {
			t.Errorf("%s has %d lines, more than %d", f.path, f.lines, maxFileLines)
		}
	}
}

func TestFunctionsAreShort(t *testing.T) {
	var long []string
	for _, f := range functions(sources(t)) {
		switch {
		case f.file.isTest && f.lines > maxTestLines:
			t.Errorf("%s has %d lines, more than %d", f, f.lines, maxTestLines)
		case !f.file.isTest && f.lines > maxFunctionLines:
			long = append(long, f.String())
		}
	}
	requireNone(t, "function lines", long)
}

func TestFunctionsAreSimple(t *testing.T) {
	var complicated []string
	for _, f := range functions(sources(t)) {
		n := complexity(f.body)
		switch {
		case f.file.isTest && n > maxTestBranches:
			t.Errorf("%s has a complexity of %d, more than %d", f, n, maxTestBranches)
		case !f.file.isTest && n > maxComplexity:
			complicated = append(complicated, f.String())
		}
	}
	requireNone(t, "function complexity", complicated)
}

// complexity returns the cyclomatic complexity of a function: one plus the
// number of branches (McCabe, IEEE TSE SE-2, 1976), including those of its
// function literals.
func complexity(body *ast.BlockStmt) int {
	n := 1
	ast.Inspect(body, func(node ast.Node) bool {
		switch x := node.(type) {
		case *ast.IfStmt, *ast.ForStmt, *ast.RangeStmt:
			n++
		case *ast.CaseClause:
			if x.List != nil { // not the default case
				n++
			}
		case *ast.CommClause:
			if x.Comm != nil {
				n++
			}
		case *ast.BinaryExpr:
			if x.Op == token.LAND || x.Op == token.LOR {
				n++
			}
		}
		return true
	})
	return n
}

func TestPackagesAreSmall(t *testing.T) {
	lines, files, total := map[string]int{}, map[string]int{}, 0
	for _, f := range product(t) {
		lines[f.folder] += f.lines
		files[f.folder]++
		total += f.lines
	}
	var many, large []string
	for folder := range files {
		if files[folder] > maxPackageFiles {
			many = append(many, folder)
		}
		if 100*lines[folder] > maxPackageShare*total {
			large = append(large, folder)
		}
	}
	requireNone(t, "package files", many)
	requireNone(t, "package share", large)
}

func TestTypesAreSmall(t *testing.T) {
	methods := map[string]int{}
	for _, f := range functions(sources(t)) {
		if f.receiver != "" && !f.file.isTest {
			methods[f.file.folder+"."+f.receiver]++
		}
	}
	var large []string
	for name, n := range methods {
		if n > maxTypeMethods {
			large = append(large, name)
		}
	}
	requireNone(t, "type methods", large)
}

// The models of the view consist of parts, so that each can be changed without
// reading all others.
func TestModelsHaveFewFields(t *testing.T) {
	var large []string
	for _, f := range product(t) {
		if !strings.HasPrefix(f.path, "ui/") {
			continue
		}
		ast.Inspect(f.syntax, func(node ast.Node) bool {
			spec, ok := node.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if s, ok := spec.Type.(*ast.StructType); ok && spec.Name.Name == "Model" && countFields(s) > maxModelFields {
				large = append(large, path.Join(f.folder, spec.Name.Name))
			}
			return true
		})
	}
	requireNone(t, "model fields", large)
}

// countFields counts the fields of a struct, embedded ones included.
func countFields(s *ast.StructType) int {
	n := 0
	for _, field := range s.Fields.List {
		n += max(len(field.Names), 1)
	}
	return n
}

var oneWord = regexp.MustCompile(`^[a-z0-9]+$`)

// A function's name is a verb and an object. A single word is enough only if
// the receiver makes it clear.
func TestFunctionsAreNamedByVerbAndObject(t *testing.T) {
	all := functions(product(t))
	if len(all) < minFunctions {
		t.Fatalf("found %d functions", len(all))
	}
	short := 0
	for _, f := range all {
		if oneWord.MatchString(f.name) {
			short++
		}
	}
	if 100*short > maxOneWordShare*len(all) {
		t.Errorf("%d of %d functions are named by one lower-case word, more than %d%%", short, len(all), maxOneWordShare)
	}
}
