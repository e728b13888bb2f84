package source

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"runtime/pprof"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/source/target"
)

// The error for a profile that cannot show leaks says what it is for and what to use
// instead.
func TestProfilesWithoutLeaks(t *testing.T) {
	for name, want := range map[string]string{"mutex": "a mutex profile", "block": "a block profile", "threadcreate": "a threadcreate profile"} {
		var b bytes.Buffer
		if err := pprof.Lookup(name).WriteTo(&b, 0); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), name+".pb.gz")
		if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		parsed, err := target.Parse(file)
		if err != nil {
			t.Fatal(err)
		}
		_, err = Open(t.Context(), parsed, Options{})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "go tool pprof") || strings.Contains(err.Error(), "closing") {
			t.Errorf("%s: error %v, want %q in it", name, err, want)
		}
	}
}

func TestSocketPath(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Skip(err) // the temporary folder's name is too long
	}
	defer l.Close()
	if _, err := target.Parse(path); err == nil || !strings.Contains(err.Error(), "unix:/") {
		t.Errorf("got error %v, want one that mentions unix:", err)
	}
}
