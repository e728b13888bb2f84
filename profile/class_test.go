package profile

import "testing"

func TestPackagePath(t *testing.T) {
	for name, want := range map[string]string{
		"main.main":                           "main",
		"example.com/shop/store.(*Cache).Put": "example.com/shop/store",
		"example.com/shop/store.(*Cache[example.com/x/y.T]).Put": "example.com/shop/store",
		"example.com/shop/store.Map[go.shape.string].func1":      "example.com/shop/store",
		"gopkg.in/yaml%2ev3.(*Decoder).Decode":                   "gopkg.in/yaml.v3",
		"net/http.(*conn).serve":                                 "net/http",
		"runtime.gopark":                                         "runtime",
		"memcpy":                                                 "",
		"":                                                       "",
	} {
		if got := PackagePath(name); got != want {
			t.Errorf("PackagePath(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestClassify(t *testing.T) {
	for _, tt := range []struct {
		name, file, main string
		want             Class
	}{
		{"runtime.gopark", "/usr/local/go/src/runtime/proc.go", "", ClassRuntime},
		{"internal/runtime/maps.(*Map).grow", "/go/src/internal/runtime/maps/map.go", "", ClassRuntime},
		{"runtime/pprof.writeHeap", "runtime/pprof/pprof.go", "", ClassStd},
		{"net/http.(*conn).serve", "net/http/server.go", "", ClassStd},
		{"vendor/golang.org/x/net/http2.f", "/go/src/vendor/golang.org/x/net/http2/f.go", "", ClassStd},
		{"main.handler", "/src/shop/main.go", "", ClassUser},
		{"example.com/shop/store.Put", "/src/shop/store/put.go", "", ClassUser},
		{"example.com/shop/store.Put", "example.com/shop/store/put.go", "", ClassUser},
		{"github.com/a/b.F", "/root/go/pkg/mod/github.com/a/b@v1.2.3/f.go", "", ClassDep},
		{"github.com/a/b.F", "github.com/a/b@v1.2.3/f.go", "", ClassDep},
		{"github.com/a/b.F", "/src/shop/vendor/github.com/a/b/f.go", "", ClassDep},
		{"github.com/a/b/srv.F", "/root/go/pkg/mod/github.com/a/b@v1.2.3/srv/f.go", "github.com/a/b@v1.2.3/", ClassUser},
		{"newinstd/pkg.F", "/usr/local/go/src/newinstd/pkg/f.go", "", ClassStd},
		{"shop/store.Put", "/src/shop/store/put.go", "", ClassUser}, // a module path without a dot, not in GOROOT
	} {
		if got := classOf(tt.name, tt.file, sourceRoots{mainModule: tt.main, goRoot: "/usr/local/go/src/"}); got != tt.want {
			t.Errorf("classify(%q, %q, %q) = %v, want %v", tt.name, tt.file, tt.main, got, tt.want)
		}
	}
}

func TestRootsAreLearned(t *testing.T) {
	var r sourceRoots
	r.learnFrom("runtime.gopark", "/opt/go1.27/src/runtime/proc.go")
	r.learnFrom("main.main", "/root/go/pkg/mod/example.com/tool@v1.2.3/cmd/tool/main.go")
	if want := (sourceRoots{mainModule: "example.com/tool@v1.2.3/", goRoot: "/opt/go1.27/src/", mainFile: "/root/go/pkg/mod/example.com/tool@v1.2.3/cmd/tool/main.go"}); r != want {
		t.Errorf("got roots %+v, want %+v", r, want)
	}
	var trimmed sourceRoots
	trimmed.learnFrom("runtime.gopark", "runtime/proc.go")
	trimmed.learnFrom("main.main", "example.com/tool/main.go")
	if want := (sourceRoots{mainFile: "example.com/tool/main.go"}); trimmed != want {
		t.Errorf("got roots %+v of a trimmed program, want %+v", trimmed, want)
	}
}
