package profile

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/google/pprof/driver"
	"github.com/google/pprof/profile"

	"github.com/leaktop/leaktop/e2e/eventually"
)

// fileLine is a line of a function in pprof's listing.
type fileLine struct {
	function string
	line     int
}

// writeListable rewrites a profile so that each function is in a readable file of its own, because pprof lists only files
// that it can read. The file has a line of text for each line of the function.
func writeListable(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p, err := profile.ParseData(data)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	last := int64(1)
	for _, l := range p.Location {
		for _, at := range l.Line {
			last = max(last, at.Line)
		}
	}
	source := filepath.Join(dir, "all.go")
	if err := os.WriteFile(source, bytes.Repeat([]byte("x\n"), int(last)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, f := range p.Function {
		f.Name, f.Filename = withoutShapes(f.Name), source
	}
	out := filepath.Join(dir, "profile.pb.gz")
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(out, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return out
}

var (
	routine  = regexp.MustCompile(`^ROUTINE =+ (.*) in .*$`)
	listLine = regexp.MustCompile(`^\s*(\.|-?\d+)([A-Za-z]*)\s+(\.|-?\d+)([A-Za-z]*)\s+(\d+):`)
)

// pprofList returns the lines with values that "go tool pprof -list ." prints.
func pprofList(t *testing.T, file string, st SampleType) map[fileLine]topRow {
	t.Helper()
	var out bytes.Buffer
	args := []string{"-list=.", "-symbolize=none", "-sample_index=" + st.Name, "-unit=" + st.Unit, "-output=report", file}
	err := driver.PProf(&driver.Options{
		Flagset: &flags{FlagSet: flag.NewFlagSet("pprof", flag.ContinueOnError), args: args},
		UI:      quiet{}, Writer: buffer{&out}, Obj: noTools{},
	})
	if err != nil {
		t.Fatalf("pprof %v: %v", args, err)
	}
	rows, name := map[fileLine]topRow{}, ""
	sc := bufio.NewScanner(&out)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		if m := routine.FindStringSubmatch(sc.Text()); m != nil {
			name = m[1]
			continue
		}
		m := listLine.FindStringSubmatch(sc.Text())
		if m == nil || m[1] == "." && m[3] == "." {
			continue
		}
		line, err := strconv.Atoi(m[5])
		if err != nil {
			t.Fatal(err)
		}
		rows[fileLine{name, line}] = topRow{parseDotted(t, m[1], m[2]), parseDotted(t, m[3], m[4])}
	}
	return rows
}

func parseDotted(t *testing.T, n, unit string) int64 {
	if n == "." {
		return 0
	}
	return parseExact(t, n, unit)
}

func TestLinesEqualPprof(t *testing.T) {
	names := []string{"small_heap_060.pb.gz", "typ_goroutine_300.pb.gz"}
	if eventually.IsFull() {
		names = append(names, "typ_heap_060.pb.gz")
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			file := writeListable(t, "testdata/"+name)
			h, s := loadHistory(t, "testdata/"+name)
			for _, st := range s.Types {
				sameLines(t, h, s, st, pprofList(t, file, st))
			}
		})
	}
}

func sameLines(t *testing.T, h *HistoryBuilder, s *Snapshot, st SampleType, want map[fileLine]topRow) {
	t.Helper()
	if len(want) < 20 {
		t.Fatalf("%s: got %d lines from pprof", st.Name, len(want))
	}
	funcs, _ := h.History().Rows(Selection{Kind: s.Kind, Type: st.Name})
	for _, f := range funcs.Rows {
		lines, _ := h.History().Rows(Selection{Kind: s.Kind, Type: st.Name, By: ByLine, Focus: f.Func})
		for _, r := range lines.Rows {
			at := fileLine{f.Func.Name, r.Line}
			got := topRow{r.Flat, r.Cum}
			if got != want[at] {
				t.Errorf("%s %s:%d: got %v, want pprof's %v", st.Name, f.Func.Name, r.Line, got, want[at])
			}
			delete(want, at)
		}
	}
	for at, w := range want {
		t.Errorf("%s: got no row for %s, want pprof's %v", st.Name, fmt.Sprint(at), w)
	}
}
