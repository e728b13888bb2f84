package listing

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
)

func TestWhereSourcesAreLookedFor(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("paths are those of Unix")
	}
	d := finder{std: []string{"/tool/src", "/usr/local/go/src"}, modCache: "/cache", root: "/me/shop", module: "example.com/shop"}
	std, dep, user := profile.ClassStd, profile.ClassDep, profile.ClassUser
	for _, c := range []struct {
		f    profile.Function
		want string
	}{
		{profile.Function{Name: "net/http.(*conn).serve", File: "/opt/go/src/net/http/server.go", Class: std}, "/opt/go/src/net/http/server.go /tool/src/net/http/server.go /usr/local/go/src/net/http/server.go"},
		{profile.Function{Name: "net/http.(*conn).serve", File: "net/http/server.go", Class: std}, "/tool/src/net/http/server.go /usr/local/go/src/net/http/server.go"},
		{profile.Function{Name: "github.com/a/b.F", File: "/home/ci/go/pkg/mod/github.com/a/b@v1.2.3/f.go", Class: dep}, "/home/ci/go/pkg/mod/github.com/a/b@v1.2.3/f.go /cache/github.com/a/b@v1.2.3/f.go /me/shop/vendor/github.com/a/b/f.go"},
		{profile.Function{Name: "github.com/Burnt/b.F", File: "github.com/Burnt/b@v1.2.3/f.go", Class: dep}, "/cache/github.com/!burnt/b@v1.2.3/f.go /me/shop/vendor/github.com/!burnt/b/f.go"},
		{profile.Function{Name: "example.com/shop/store.(*Cache).Put", File: "/build/store/cache.go", Class: user}, "/build/store/cache.go /me/shop/store/cache.go"},
		{profile.Function{Name: "example.com/shop/store.(*Cache).Put", File: "example.com/shop/store/cache.go", Class: user}, "/me/shop/store/cache.go"},
		{profile.Function{Name: "example.com/shop.F", File: "/build/x/f.go", Class: user}, "/build/x/f.go /me/shop/f.go"},
		{profile.Function{Name: "main.main", File: "/build/shop/cmd/server/main.go", Class: user}, "/build/shop/cmd/server/main.go /me/shop/shop/cmd/server/main.go /me/shop/cmd/server/main.go /me/shop/server/main.go"},
		{profile.Function{Name: "main.main", File: "/build/shop/main.go", Class: user}, "/build/shop/main.go /me/shop/shop/main.go /me/shop/main.go"},
		{profile.Function{Name: "main.f", File: "/etc/passwd", Class: user}, ""},
		{profile.Function{Name: "fmt.f", File: "../../../home/me/secret.go", Class: std}, ""},
		{profile.Function{Name: "main.f", File: "../../../me/secret.go", Class: user}, "/me/shop/me/secret.go"}, // no way out of the module
		{profile.Function{Name: "runtime.goexit", File: "/usr/local/go/src/runtime/asm_amd64.s"}, ""},
		{profile.Function{Name: "f"}, ""},
	} {
		if got := strings.Join(d.candidatePaths(&c.f), " "); got != c.want {
			t.Errorf("%s in %s:\n got %s\nwant %s", c.f.Name, c.f.File, got, c.want)
		}
	}
}

func TestDeskFindsThisMachine(t *testing.T) {
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"GOPATH": filepath.FromSlash("/p1") + string(filepath.ListSeparator) + "/p2", "GOROOT": filepath.FromSlash("/r")}
	d := NewFinder(func(k string) string { return env[k] }, dir, "go1.99.1")
	if d.module != "github.com/leaktop/leaktop" || filepath.Join(d.root, "ui", "listing") != dir {
		t.Errorf("module %q in %q", d.module, d.root)
	}
	if want := filepath.Join("/p1", "pkg", "mod"); d.modCache != want {
		t.Errorf("module cache %q, want %q", d.modCache, want)
	}
	if len(d.std) < 2 || !strings.Contains(d.std[0], "toolchain@v0.0.1-go1.99.1.") || !slices.Contains(d.std, filepath.Join(env["GOROOT"], "src")) {
		t.Errorf("the library is looked for in %v", d.std)
	}
	env["GOMODCACHE"] = "/m"
	if d = NewFinder(func(k string) string { return env[k] }, dir, "go1/../../../../etc"); d.modCache != "/m" {
		t.Errorf("module cache %q", d.modCache)
	}
	for _, s := range d.std {
		if strings.Contains(s, "etc") && !strings.HasPrefix(s, filepath.Join("/m", "golang.org")) {
			t.Errorf("a version of Go leads out of the module cache: %q", s)
		}
	}
}

func TestOnlySmallRegularFilesAreRead(t *testing.T) {
	dir := t.TempDir()
	big := filepath.Join(dir, "big.go")
	if err := os.WriteFile(big, make([]byte, 101), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readRegular(big, 100); err == nil {
		t.Error("a file larger than the bound was read")
	}
	if data, err := readRegular(big, 101); err != nil || len(data) != 101 {
		t.Errorf("%d bytes, %v", len(data), err)
	}
	folder := filepath.Join(dir, "folder.go")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	device := filepath.Join(dir, "device.go")
	if err := os.Symlink(os.DevNull, device); err != nil {
		t.Skip(err)
	}
	for _, path := range []string{folder, device, filepath.Join(dir, "none.go")} {
		if _, err := readRegular(path, 100); err == nil {
			t.Errorf("%s was read", path)
		}
	}
}

func TestSourceIsMadeSafe(t *testing.T) {
	got := sourceLines("a\tb\r\n\x1b]0;title\x07c\x1b[31m\n" + strings.Repeat("x", 5000) + "\n\u202ed\n")
	want := []string{"a    b", "c", strings.Repeat("x", maxSourceLine), "d"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestAnotherVersionIsSaid(t *testing.T) {
	dir := t.TempDir()
	src := filepath.Join(dir, "src")
	for name, text := range map[string]string{"VERSION": "go1.20.1\ntime x\n", "src/fmt/print.go": "package fmt\n\nfunc Println() {\n}\n"} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	d := finder{std: []string{src}}
	f := &profile.Function{Name: "fmt.Println", File: "/none/src/fmt/print.go", StartLine: 3, Class: profile.ClassStd}
	for version, doubt := range map[string]string{"go1.20.1": "", "": "", "go1.26.8": "library of go1.20.1"} {
		l := d.List(f, 4, version)
		if l.Path == "" || doubt == "" != (l.Doubt == "") || !strings.Contains(l.Doubt, doubt) {
			t.Errorf("%q: %q from %q", version, l.Doubt, l.Path)
		}
	}
	if l := d.List(f, 40, ""); !strings.Contains(l.Doubt, "shorter") {
		t.Errorf("line 40 of 4: %q", l.Doubt)
	}
	f.StartLine = 1
	if l := d.List(f, 4, ""); !strings.Contains(l.Doubt, "not the version") {
		t.Errorf("no function at its line: %q", l.Doubt)
	}
}
