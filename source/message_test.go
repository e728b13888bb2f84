package source

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"testing"
)

// switches are the functions that must have a case for every type of message, and the name by which they import this
// package.
var switches = []struct{ file, function, prefix string }{
	{"record.go", "Recordable", ""},
	{"session/apply.go", "applyMessage", "source."},
}

// TestEveryMessageIsHandled checks that no type of message lacks a case, because such a message would be dropped
// silently.
func TestEveryMessageIsHandled(t *testing.T) {
	var types []string
	eachFunction(t, "source.go", func(f *ast.FuncDecl) {
		if f.Name.Name == "isMessage" {
			types = append(types, f.Recv.List[0].Type.(*ast.Ident).Name)
		}
	})
	if len(types) < 6 {
		t.Fatalf("got only the messages %q", types)
	}
	for _, s := range switches {
		var cases []string
		eachFunction(t, s.file, func(f *ast.FuncDecl) {
			if f.Name.Name != s.function {
				return
			}
			ast.Inspect(f.Body, func(n ast.Node) bool {
				if c, ok := n.(*ast.CaseClause); ok {
					for _, e := range c.List {
						cases = append(cases, nameOf(e))
					}
				}
				return true
			})
		})
		for _, name := range types {
			if !slices.Contains(cases, s.prefix+name) {
				t.Errorf("%s in %s has no case for %s", s.function, s.file, name)
			}
		}
	}
}

func eachFunction(t *testing.T, file string, do func(*ast.FuncDecl)) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range parsed.Decls {
		if f, ok := d.(*ast.FuncDecl); ok {
			do(f)
		}
	}
}

func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return nameOf(e.X) + "." + e.Sel.Name
	}
	return ""
}
