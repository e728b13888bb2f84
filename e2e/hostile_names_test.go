//go:build unix

package e2e

import (
	"archive/tar"
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// hostileName is a name that would clear the screen, set the title, and write from
// right to left.
const hostileName = "x\x1b[2J\x1b]0;t\x07\u009b2J\x9b31m\u202egnp\u2066\u200b\u2028\r\x7f.tar"

// checkPlain checks that a program wrote only text and line breaks.
func checkPlain(t *testing.T, what string, out []byte) {
	t.Helper()
	s := string(out)
	if !utf8.ValidString(s) {
		t.Errorf("%s: what was written is not UTF-8: %q", what, s)
	}
	for _, r := range s {
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co)) {
			t.Errorf("%s: %U reaches the terminal: %q", what, r, s)
			return
		}
	}
}

// TestNothingFromOutsideReachesTheTerminal uses hostile names wherever a name ends
// up in an error or a report.
func TestNothingFromOutsideReachesTheTerminal(t *testing.T) {
	t.Parallel()
	findProgram(t, "leaktop")
	folder := t.TempDir()
	heap, err := os.ReadFile(filepath.Join(repository, "profile/testdata/typ_heap_300.pb.gz"))
	if err != nil {
		t.Fatal(err)
	}
	write := func(name string, data []byte) string {
		at := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return at
	}
	inTar := func(name string, data []byte) []byte {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		for _, n := range []string{name, "2" + name} {
			if err := w.WriteHeader(&tar.Header{Name: n, Mode: 0o600, Size: int64(len(data))}); err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write(data); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "/\u202e\u009b2J")
		w.Header().Set("Content-Type", "text/plain; \x9b2J")
		http.Error(w, hostileName, http.StatusForbidden)
	}))
	defer server.Close()
	lineBreaks := strings.NewReplacer("\x1b", "", "\x07", "").Replace(hostileName) // tar allows the rest
	for what, args := range map[string][]string{
		"no such file":        {"check", filepath.Join(folder, "nowhere", hostileName)},
		"a file of junk":      {"check", write(hostileName, []byte("junk"))},
		"a good profile":      {"check", write("2"+hostileName+".pb.gz", heap), write("3"+hostileName+".pb.gz", heap)},
		"junk in a tar":       {"check", write("tar1.tar", inTar(lineBreaks, []byte("junk")))},
		"profiles in a tar":   {"check", write("tar2.tar", inTar(lineBreaks+".pb.gz", heap))},
		"as JSON":             {"check", "--format", "json", write("tar3.tar", inTar(lineBreaks+".pb.gz", heap))},
		"as Markdown":         {"check", "--format", "markdown", write("tar4.tar", inTar(lineBreaks+".pb.gz", heap))},
		"a folder":            {"check", filepath.Dir(write("d"+hostileName+"/a.pb.gz", []byte("junk")))},
		"a flag":              {"--" + hostileName},
		"a command":           {"check", "--format", hostileName, ":1"},
		"a URL":               {"check", "http://127.0.0.1:1/" + hostileName},
		"a host":              {"check", hostileName + ":6060"},
		"a socket":            {"check", "--for", "1s", "unix:/nowhere/" + hostileName},
		"a workload":          {"check", "deploy/" + hostileName},
		"a header":            {"check", "--header", hostileName + ": x", ":1"},
		"a header's file":     {"check", "--header", "A: @/nowhere/" + hostileName, ":1"},
		"a token":             {"check", "--bearer-token-file", "/nowhere/" + hostileName, ":1"},
		"a certificate":       {"check", "--cacert", "/nowhere/" + hostileName, "https://127.0.0.1:1"},
		"a kubeconfig":        {"check", "--kubeconfig", "/nowhere/" + hostileName, "pod/x"},
		"a broken kubeconfig": {"check", "--kubeconfig", write("kube"+hostileName, []byte("clusters: \"\u202e\u009b\"")), "pod/x"},
		"where to record":     {"record", ":1", "-o", "/nowhere/" + hostileName},
		"an answer":           {"check", "--for", "5s", server.URL},
		"a leak of the demo":  {"demo", "--serve", "127.0.0.1:0", hostileName},
		"completion":          {"completion", hostileName},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			out, err := exec.Command(findProgram(t, "leaktop"), args...).CombinedOutput()
			if len(out) == 0 {
				t.Errorf("nothing was written (%v)", err)
			}
			checkPlain(t, what, out)
		})
	}
}
