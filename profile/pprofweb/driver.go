package pprofweb

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/google/pprof/driver"
	pprof "github.com/google/pprof/profile"

	"github.com/leaktop/leaktop/profile"
)

// driverMu serializes calls of the driver, which keeps its flags in package variables.
var driverMu sync.Mutex

// runDriver runs the driver on an extract, with flags of pprof's command line.
func runDriver(x profile.Extract, o driver.Options, args ...string) error {
	driverMu.Lock()
	defer driverMu.Unlock()
	said := &messages{}
	o.Flagset = &fixedFlags{FlagSet: flag.NewFlagSet("pprof", flag.ContinueOnError), args: append(args, "-symbolize=none", "leaktop")}
	o.Fetch, o.UI, o.Obj = fetcher{x}, said, noTools{}
	if err := driver.PProf(&o); err != nil {
		return fmt.Errorf("run pprof: %w%s", err, said)
	}
	return nil
}

// fetcher returns the extract for any profile that the driver requests.
type fetcher struct{ x profile.Extract }

func (f fetcher) Fetch(string, time.Duration, time.Duration) (*pprof.Profile, string, error) {
	return f.x.Proto(), "", nil
}

// fixedFlags parses the driver's flags from args, not from the command line.
type fixedFlags struct {
	*flag.FlagSet
	args []string
}

func (f *fixedFlags) StringList(name, def, usage string) *[]*string {
	return &[]*string{f.String(name, def, usage)}
}
func (f *fixedFlags) ExtraUsage() string   { return "" }
func (f *fixedFlags) AddExtraUsage(string) {}
func (f *fixedFlags) Parse(func()) []string {
	f.SetOutput(io.Discard)
	if err := f.FlagSet.Parse(f.args); err != nil {
		return nil
	}
	return f.Args()
}

// messages collects the driver's messages, which must not reach the screen.
type messages struct {
	mu   sync.Mutex
	text strings.Builder
}

func (m *messages) ReadLine(string) (string, error)     { return "", io.EOF }
func (m *messages) Print(...any)                        {}
func (m *messages) IsTerminal() bool                    { return false }
func (m *messages) WantBrowser() bool                   { return false }
func (m *messages) SetAutoComplete(func(string) string) {}

func (m *messages) PrintErr(args ...any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.text.Len() < 1000 {
		fmt.Fprint(&m.text, ": ", fmt.Sprint(args...))
	}
}

func (m *messages) String() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.text.String()
}

// noTools replaces nm, objdump and addr2line: they must not be run on the program
// that an untrusted profile names.
type noTools struct{}

var errNoTools = errors.New("reading object files is disabled")

func (noTools) Open(string, uint64, uint64, uint64, string) (driver.ObjFile, error) {
	return nil, errNoTools
}

func (noTools) Disasm(string, uint64, uint64, bool) ([]driver.Inst, error) { return nil, errNoTools }
