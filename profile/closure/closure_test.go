package closure

import "testing"

func TestSourceName(t *testing.T) {
	const main, kv, fetch = "/src/shop/main.go", "/src/shop/kv/kv.go", "/src/shop/fetch/fetch.go"
	for _, c := range []struct {
		symbol, file string
		sameFile     []string
		want         string // empty if the name is the one in the source
	}{
		// Names from programs built with Go 1.26.
		{"main.main.func3.Store.Put.1", kv, []string{"shop/kv.Store.Put"}, "shop/kv.Store.Put.func"},
		{"main.main.func3.Store.Put.1", kv, nil, "kv.Put.func"}, // Store may also be a function that calls it
		{"main.main.Timed.func3", "/src/shop/stats/stats.go", nil, "stats.Timed.func"},
		{"main.main.JSON[go.shape.struct { a/b.X int }].Raw.func6", fetch, []string{"shop/fetch.Raw"}, "shop/fetch.Raw.func"},
		{"main.main.JSON[...].Raw.func6", fetch, []string{"main.main.Raw.func5"}, "fetch.Raw.func"},
		{"shop/api.(*API).Get.(*Store).Each.func2", kv, nil, "kv.(*Store).Each.func"},
		{"shop/api.New.Open.gowrap1", kv, []string{"shop/kv.Close"}, "shop/kv.Open.gowrap"},
		{"main.run.Walk.func2", "/root/go/pkg/mod/example.com/tree/v2@v2.1.0/walk/walk.go", nil, "example.com/tree/v2/walk.Walk.func"},
		{"main.run.Walk.func2", "/src/vendor/example.com/tree/walk.go", nil, "example.com/tree.Walk.func"},
		{"shop/api.serve.Each-range1", kv, []string{"shop/kv.Each"}, "shop/kv.Each-range"},
		{"shop/api.serve.Walk.func1", "example.com/tree@v1.0.0/walk/walk.go", nil, "example.com/tree/walk.Walk.func"},
		{"main.main.Chunk.func4", "/usr/local/go/src/slices/iter.go", nil, "slices.Chunk.func"},
		{"main.main.start.func1", main, nil, "main.start.func"},
		{"main.main.func1.start.2", main, nil, "main.start.func"},
		// Names of closures that belong to the function they are named after.
		{"main.main.func1", main, nil, ""},
		{"main.main", main, nil, ""},
		{"main.main.func1.2.3", main, nil, ""},
		{"main.main.func1-range2", main, nil, ""},
		{"main.store.Put.func1", main, nil, ""},
		{"shop/kv.Store.Put.func1", kv, []string{"shop/kv.Store.Put"}, ""},
		{"shop/kv.(*Store).Put.func1", kv, nil, ""},
		{"shop/kv.(*Store[go.shape.int]).Put.func1.2", kv, nil, ""},
		{"shop/kv.Map[go.shape.string,example.com/a/b.T].func1", kv, nil, ""},
		{"shop/kv.(*Store).Put-fm", kv, nil, ""},
		{"shop/kv.init.0.func1", kv, nil, ""},
		{"shop/kv.glob..func1", kv, nil, ""},
		{"shop/kv.init.func1", kv, nil, ""},
		{"shop/kv.Store.Each-range1", kv, nil, ""},
		{"gopkg.in/yaml%2ev3.Node.Decode.func1", "/root/go/pkg/mod/gopkg.in/yaml.v3@v3.0.1/yaml.go", nil, ""},
		{"github.com/BurntSushi/toml.Key.add.func1", "/root/go/pkg/mod/github.com/!burnt!sushi/toml@v1.4.0/meta.go", nil, ""},
		{"net/http.Header.Clone.func1", "/usr/local/go/src/net/http/header.go", nil, ""},
		{"vendor/golang.org/x/net/idna.Profile.process.func1", "/usr/local/go/src/vendor/golang.org/x/net/idna/idna.go", nil, ""},
		{"example.com/tree/walk.T.Walk.func1", "example.com/tree@v1.0.0/walk/walk.go", nil, ""},
		{"shop/kv.(*Store).Put.func1", "", nil, ""},
		{"", kv, nil, ""},
		{"type:.eq.[2]string", kv, nil, ""},
		{"x", kv, nil, ""},
		{"a.", kv, nil, ""},
		{"a..", kv, nil, ""},
		{"a.)(.b.func1", kv, nil, ""},
	} {
		got, ok := SourceName(c.symbol, c.file, Roots{main, "/usr/local/go/src/"}, func(string) []string { return c.sameFile })
		if got != c.want || ok != (c.want != "") {
			t.Errorf("%s in %s: got %q, %v, want %q", c.symbol, c.file, got, ok, c.want)
		}
	}
}

func FuzzSourceName(f *testing.F) {
	f.Add("main.main.func3.Store.Put.1", "/src/shop/kv/kv.go", "shop/kv.Store.Put")
	f.Fuzz(func(_ *testing.T, symbol, file, other string) {
		SourceName(symbol, file, Roots{MainFile: "/src/main.go"}, func(string) []string { return []string{other} })
	})
}
