package leak

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestRowsAreComplete checks that a new signature needs nothing but its row: no code
// names a signature.
func TestRowsAreComplete(t *testing.T) {
	for _, s := range Signatures {
		if s.partOf != "" && findSignature(s.partOf) == nil {
			t.Errorf("%s is a part of %s, which is not a signature", s.ID, s.partOf)
		}
		if s.oneLeak && s.When == nil {
			t.Errorf("%s is one leak but has no condition for what is part of it", s.ID)
		}
	}
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("got files %v, error %v", files, err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "signatures_") {
			continue
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if id, err := strconv.Unquote(lit.Value); err == nil && findSignature(id) != nil {
					t.Errorf("%s names signature %s: make what it does a field of the row", fset.Position(lit.Pos()), id)
				}
			}
			return true
		})
	}
}
