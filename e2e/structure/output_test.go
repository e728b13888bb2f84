package structure

import (
	"go/ast"
	"slices"
	"testing"
)

// writers are the files that may use the standard streams. All others write to
// writers that they are given, which are safe for a terminal (package plain).
var writers = []string{
	"main.go",                      // wraps them in the writers of package plain
	"ui/command/demo.go",           // the live view
	"ui/command/root.go",           // the live view
	"ui/supervise/run_unix.go",     // passes them to the process of the view
	"source/kube/plugin/output.go", // takes standard error from credential plugins
}

func TestOutputGoesThroughTheGates(t *testing.T) {
	for _, f := range product(t) {
		if slices.Contains(writers, f.path) {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if pkg, ok := sel.X.(*ast.Ident); ok && pkg.Name == "os" && (sel.Sel.Name == "Stdout" || sel.Sel.Name == "Stderr") {
				t.Errorf("%s names os.%s: write to what is given", f.path, sel.Sel.Name)
			}
			return true
		})
	}
}
