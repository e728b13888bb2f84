// Package listing finds and reads the source files of a target, as far as they are on
// this machine.
package listing

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"unicode"

	"github.com/leaktop/leaktop/profile"
)

// Finder is where this machine may have the sources of a target. A profile names
// files as they were where it was built.
type Finder struct {
	std      []string // folders of the standard library, the likeliest first
	modCache string
	root     string // of the module that leaktop was started in, "" for none
	module   string // that module's path
}

// NewFinder finds the folders that may have sources. goVersion is the target's, "" if it is not known.
func NewFinder(getenv func(string) string, dir, goVersion string) Finder {
	d := Finder{modCache: getenv("GOMODCACHE")}
	if d.modCache == "" {
		first := filepath.SplitList(getenv("GOPATH"))
		if home, err := os.UserHomeDir(); len(first) == 0 && err == nil {
			first = []string{filepath.Join(home, "go")}
		}
		if len(first) > 0 {
			d.modCache = filepath.Join(first[0], "pkg", "mod")
		}
	}
	if d.modCache != "" && strings.HasPrefix(goVersion, "go") {
		// A toolchain that the go command downloaded for a module.
		name := "toolchain@v0.0.1-" + goVersion + "." + runtime.GOOS + "-" + runtime.GOARCH
		d.addStd(filepath.Join(d.modCache, "golang.org", filepath.Base(name)))
	}
	d.addStd(getenv("GOROOT"))
	if tool, err := exec.LookPath("go"); err == nil {
		if tool, err = filepath.EvalSymlinks(tool); err == nil {
			d.addStd(filepath.Dir(filepath.Dir(tool)))
		}
	}
	d.addStd("/usr/local/go")
	d.root, d.module = enclosingModule(dir)
	return d
}

func (d *Finder) addStd(goroot string) {
	if goroot == "" {
		return
	}
	if src := filepath.Join(goroot, "src"); !slices.Contains(d.std, src) {
		d.std = append(d.std, src)
	}
}

// enclosingModule finds the module that a folder is in, as the go command does.
func enclosingModule(dir string) (root, module string) {
	for dir != "" {
		if data, err := readRegular(filepath.Join(dir, "go.mod"), maxSource); err == nil {
			for line := range strings.Lines(string(data)) {
				if f := strings.Fields(line); len(f) >= 2 && f[0] == "module" {
					return dir, strings.Trim(f[1], "\"`")
				}
			}
		}
		up := filepath.Dir(dir)
		if up == dir {
			break
		}
		dir = up
	}
	return "", ""
}

// candidatePaths returns the paths where the source of a function may be, the likeliest
// first. They all are Go files, and no shares of other hosts.
func (d Finder) candidatePaths(f *profile.Function) []string {
	var out []string
	add := func(folder, rest string) {
		if folder == "" || !filepath.IsLocal(filepath.FromSlash(rest)) {
			return
		}
		if p := filepath.Join(folder, filepath.FromSlash(rest)); !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	if !strings.HasSuffix(f.File, ".go") {
		return nil // assembly, C, what the compiler made up
	}
	if native := filepath.FromSlash(f.File); filepath.IsAbs(native) && len(filepath.VolumeName(native)) <= len("C:") {
		out = append(out, filepath.Clean(native))
	}
	switch in, cached := moduleCached(f.File); {
	case f.Class == profile.ClassRuntime || f.Class == profile.ClassStd:
		_, rest, ok := cutLast(f.File, "/src/")
		if !ok {
			rest = f.File
		}
		for _, src := range d.std {
			add(src, rest)
		}
	case cached:
		add(d.modCache, in)
		add(d.vendorFolder(), trimVersion(in))
	}
	for _, rest := range d.inModule(f) {
		add(d.root, rest)
	}
	return out
}

func (d Finder) vendorFolder() string {
	if d.root == "" {
		return ""
	}
	return filepath.Join(d.root, "vendor")
}

// inModule returns where in our own module a function may be: by the path of its
// package; for package main, which has none, by the end of the file's path.
func (d Finder) inModule(f *profile.Function) []string {
	if d.root == "" {
		return nil
	}
	_, base, _ := cutLast("/"+f.File, "/")
	if rest, ok := strings.CutPrefix(f.File, d.module+"/"); ok {
		return []string{rest} // built with -trimpath
	}
	pkg := profile.PackagePath(f.Name)
	if pkg == d.module {
		return []string{base}
	}
	if rest, ok := strings.CutPrefix(pkg, d.module+"/"); ok {
		return []string{rest + "/" + base}
	}
	if pkg != "main" {
		return nil
	}
	var out []string
	parts := strings.Split(strings.Trim(f.File, "/"), "/")
	for i := max(1, len(parts)-6); i < len(parts)-1; i++ {
		out = append(out, strings.Join(parts[i:], "/"))
	}
	if n := len(parts); n >= 2 && parts[n-2] == filepath.Base(d.root) {
		out = append(out, base)
	}
	return out
}

// moduleCached returns the part of a file's path below the module cache, as it is
// named there: capitals escaped (golang.org/x/mod/module.EscapePath).
func moduleCached(file string) (rest string, ok bool) {
	if _, rest, ok = cutLast(file, "/pkg/mod/"); ok {
		return rest, true
	}
	path, after, ok := strings.Cut(file, "@v")
	if !ok || strings.HasPrefix(file, "/") {
		return "", false
	}
	var b strings.Builder
	for _, r := range path {
		if unicode.IsUpper(r) {
			b.WriteByte('!')
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
	}
	return b.String() + "@v" + after, true
}

// trimVersion returns a path of the module cache without the version.
func trimVersion(path string) string {
	head, tail, ok := strings.Cut(path, "@v")
	if !ok {
		return path
	}
	_, rest, _ := strings.Cut(tail, "/")
	return head + "/" + rest
}

// cutLast cuts s at the last sep.
func cutLast(s, sep string) (before, after string, ok bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
