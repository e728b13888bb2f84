package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
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
var layers = []string{"profile", "source", "ui", "."}

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
