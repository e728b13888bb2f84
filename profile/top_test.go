package profile

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/pprof/driver"
	pprof "github.com/google/pprof/profile"

	"github.com/leaktop/leaktop/e2e/eventually"
)

// topRow is a row of pprof's top report.
type topRow struct{ flat, cum int64 }

// pprofTop runs google/pprof's driver, which is what "go tool pprof -top" runs.
func pprofTop(t *testing.T, file string, st SampleType, more ...string) map[string]topRow {
	t.Helper()
	var out bytes.Buffer
	args := append([]string{
		"-top", "-symbolize=none", "-nodecount=1000000", "-nodefraction=0", "-edgefraction=0",
		"-sample_index=" + st.Name, "-unit=" + st.Unit, "-output=report",
	}, append(more, file)...)
	err := driver.PProf(&driver.Options{
		Flagset: &flags{FlagSet: flag.NewFlagSet("pprof", flag.ContinueOnError), args: args},
		Fetch:   unlabeled{}, UI: quiet{}, Writer: buffer{&out}, Obj: noTools{},
	})
	if err != nil {
		t.Fatalf("pprof %v: %v", args, err)
	}
	return parseTop(t, &out)
}

// unlabeled reads profiles without their labels: the top report does not show labels, and pprof spends most of its time
// making tags of them.
type unlabeled struct{}

func (unlabeled) Fetch(file string, _, _ time.Duration) (*pprof.Profile, string, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, "", err
	}
	defer f.Close()
	p, err := pprof.Parse(f)
	if err != nil {
		return nil, "", err
	}
	for _, s := range p.Sample {
		s.Label, s.NumLabel, s.NumUnit = nil, nil, nil
	}
	for _, f := range p.Function { // we count the instances of a generic function as one
		f.Name = withoutShapes(f.Name)
	}
	return p, "", nil // with a name, pprof would take it for remote and keep a copy
}

// A line is "flat flat% sum% cum cum% name".
var topLine = regexp.MustCompile(`^\s*(-?[\d.]+)(\w*) +\S+ +\S+ +(-?[\d.]+)(\w*) +\S+ +(.*)$`)

func parseTop(t *testing.T, r io.Reader) map[string]topRow {
	rows := map[string]topRow{}
	for sc := bufio.NewScanner(r); sc.Scan(); {
		m := topLine.FindStringSubmatch(sc.Text())
		if m == nil {
			continue
		}
		name := strings.TrimSuffix(strings.TrimSuffix(m[5], " (inline)"), " (partial-inline)")
		rows[name] = topRow{parseExact(t, m[1], m[2]), parseExact(t, m[3], m[4])}
	}
	return rows
}

func parseExact(t *testing.T, n, unit string) int64 {
	v, err := strconv.ParseInt(n, 10, 64)
	if err != nil || unit != "" && unit != "B" && unit != "bytes" && unit != "count" && unit != "ns" {
		t.Fatalf("pprof printed %q %q, which is not exact", n, unit)
	}
	return v
}

// oracleFiles returns profiles of every shape: small, of a service just started and of goroutines, and those for which
// pprof takes long, of a service after minutes and of a large one.
func oracleFiles() []string {
	files := []string{"testdata/small_heap_060.pb.gz", "testdata/typ_heap_001.pb.gz", "testdata/typ_goroutine_300.pb.gz"}
	if eventually.IsFull() {
		files = append(files, "testdata/typ_heap_300.pb.gz", "testdata/large_heap_120.pb.gz")
	}
	return files
}

func TestTopEqualsPprof(t *testing.T) {
	for _, f := range oracleFiles() {
		t.Run(filepath.Base(f), func(t *testing.T) {
			h, s := loadHistory(t, f)
			for _, st := range s.Types {
				tab, ok := h.History().Rows(Selection{Kind: s.Kind, Type: st.Name})
				if !ok {
					t.Fatal("no rows")
				}
				sameRows(t, st.Name, tab.Rows, pprofTop(t, f, st))
			}
		})
	}
}

// sameRows compares nonzero rows with those of pprof.
func sameRows(t *testing.T, what string, rows []Row, want map[string]topRow) {
	t.Helper()
	if len(want) == 0 {
		t.Fatalf("%s: pprof has no rows", what)
	}
	n := 0
	for _, r := range rows {
		if r.Flat == 0 && r.Cum == 0 {
			continue
		}
		n++
		if w := want[withoutShapes(r.Func.Symbol())]; w.flat != r.Flat || w.cum != r.Cum {
			t.Errorf("%s: %s: got flat %d cum %d, want pprof's %d %d", what, withoutShapes(r.Func.Symbol()), r.Flat, r.Cum, w.flat, w.cum)
		}
	}
	zero := 0
	for _, w := range want {
		if w.flat == 0 && w.cum == 0 {
			zero++
		}
	}
	if n != len(want)-zero {
		t.Errorf("%s: got %d rows, want pprof's %d", what, n, len(want)-zero)
	}
}

// loadHistory reads a file into a history.
func loadHistory(t testing.TB, file string) (*HistoryBuilder, *Snapshot) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	kind := Heap
	if strings.Contains(file, "goroutine") {
		kind = Goroutine
	}
	h := NewHistoryBuilder()
	a, err := h.Add(Capture{Kind: kind, Data: data})
	if err != nil {
		t.Fatal(err)
	}
	return h, a.Snapshot
}

// flags, quiet, noTools and buffer implement what pprof's driver requires of its caller.
type flags struct {
	*flag.FlagSet
	args []string
}

func (f *flags) StringList(o, d, c string) *[]*string { return &[]*string{f.String(o, d, c)} }
func (f *flags) ExtraUsage() string                   { return "" }
func (f *flags) AddExtraUsage(string)                 {}
func (f *flags) Parse(func()) []string {
	if err := f.FlagSet.Parse(f.args); err != nil {
		panic(err)
	}
	return f.Args()
}

type quiet struct{}

func (quiet) ReadLine(string) (string, error)     { return "", io.EOF }
func (quiet) Print(...any)                        {}
func (quiet) PrintErr(...any)                     {}
func (quiet) IsTerminal() bool                    { return false }
func (quiet) WantBrowser() bool                   { return false }
func (quiet) SetAutoComplete(func(string) string) {}

// noTools replaces nm, objdump and addr2line, which pprof would look for and run in every call.
type noTools struct{}

var errNoTools = errors.New("reading object files is disabled")

func (noTools) Open(string, uint64, uint64, uint64, string) (driver.ObjFile, error) {
	return nil, errNoTools
}

func (noTools) Disasm(string, uint64, uint64, bool) ([]driver.Inst, error) { return nil, errNoTools }

type buffer struct{ *bytes.Buffer }

func (b buffer) Open(string) (io.WriteCloser, error) { return b, nil }
func (buffer) Close() error                          { return nil }
