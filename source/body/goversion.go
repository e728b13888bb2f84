package body

import (
	"bytes"
	"compress/gzip"
	"io"
	"regexp"
)

// versionInPath matches the Go version in the path of a standard library file, for
// the usual locations of a Go installation:
//
//	/usr/local/go1.26.8/src/runtime/proc.go
//	…/golang.org/toolchain@v0.0.1-go1.26.8.linux-amd64/src/runtime/proc.go
//	/opt/hostedtoolcache/go/1.26.8/x64/src/runtime/proc.go
var versionInPath = regexp.MustCompile(`[/@.-]go/?(1\.\d{1,3}(?:\.\d{1,3}|rc\d{1,2}|beta\d{1,2})?)(?:[./-][\w./-]{1,40})?/src/(?:runtime|net|os|internal)/`)

// maxScan bounds what is decompressed to find a version, in bytes.
const maxScan = 16 << 20

// GoVersion finds the Go version in a profile's file names. It returns "" if they do
// not contain it, because the service was built with -trimpath, or with Go in
// /usr/local/go.
func GoVersion(data []byte) string {
	var r io.Reader = bytes.NewReader(data)
	if z, err := gzip.NewReader(bytes.NewReader(data)); err == nil {
		r = z
	}
	plain, _ := io.ReadAll(io.LimitReader(r, maxScan))
	m := versionInPath.FindSubmatch(plain)
	if m == nil {
		return ""
	}
	return "go" + string(m[1])
}
