package leak

import (
	"bufio"
	"bytes"
	"context"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// examplePackages are the packages of the standard library that examples use.
var examplePackages = map[string]string{
	"bytes": "bytes", "context": "context", "http": "net/http", "runtime": "runtime", "slices": "slices",
	"errors": "errors", "strings": "strings", "sync": "sync", "syscall": "syscall", "time": "time", "sql": "database/sql", "os": "os", "io": "io",
}

// allowedErrors matches errors that are normal for a fragment: undeclared names, and the number of values that the
// enclosing function returns.
var allowedErrors = regexp.MustCompile(`^undefined: \w+$|declared and not used|too many return values|not enough return values|missing return|imported and not used`)

// TestExamplesCompile checks that the code of a fix is valid Go, and that it uses the standard library correctly.
func TestExamplesCompile(t *testing.T) {
	std := standardLibrary(t)
	for _, s := range Signatures {
		if s.Example == "" {
			t.Errorf("%s has no example", s.ID)
			continue
		}
		for _, err := range checkExample(std, s.Example) {
			t.Errorf("%s: %v\n%s", s.ID, err, s.Example)
		}
	}
	// The check itself must find mistakes.
	for _, wrong := range []string{"defer resp.Body.Close(", "t := time.NewTicket(d)", "ctx, cancel := context.WithCancel()", "var n int = \"one\""} {
		if len(checkExample(std, wrong)) == 0 {
			t.Errorf("no error found in %q", wrong)
		}
	}
}

// checkExample returns the errors of an example.
func checkExample(std types.Importer, code string) (wrong []string) {
	var imports strings.Builder
	for name, path := range examplePackages {
		if regexp.MustCompile(`\b` + name + `\.`).MatchString(code) {
			imports.WriteString("import \"" + path + "\"\n")
		}
	}
	files := token.NewFileSet()
	f, err := parser.ParseFile(files, "example.go", "package example\n"+imports.String()+"func example() {\nfor {\n"+code+"\n}\n}\n", parser.SkipObjectResolution)
	if err != nil {
		return []string{err.Error()}
	}
	c := types.Config{Importer: std, Error: func(err error) {
		if e, ok := err.(types.Error); ok && !allowedErrors.MatchString(e.Msg) { //nolint:errorlint // never wrapped
			wrong = append(wrong, e.Msg)
		}
	}}
	_, _ = c.Check("example", files, []*ast.File{f}, nil)
	return wrong
}

// standardLibrary imports packages from the go command's build cache.
func standardLibrary(t *testing.T) types.Importer {
	args := []string{"list", "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}"}
	for _, path := range examplePackages {
		args = append(args, path)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out, err := exec.CommandContext(ctx, "go", args...).Output()
	if err != nil {
		t.Fatal(err)
	}
	exports := map[string]string{}
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		path, file, _ := strings.Cut(lines.Text(), " ")
		exports[path] = file
	}
	return importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
}
