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

// one guards the driver, which keeps its flags in variables of its package.
var one sync.Mutex

// run runs the driver on an extract, with flags as on pprof's command line.
func run(x profile.Extract, o driver.Options, args ...string) error {
	one.Lock()
	defer one.Unlock()
	said := &messages{}
	o.Flagset = &flags{FlagSet: flag.NewFlagSet("pprof", flag.ContinueOnError), args: append(args, "-symbolize=none", "leaktop")}
	o.Fetch, o.UI, o.Obj = fetcher{x}, said, noTools{}
	if err := driver.PProf(&o); err != nil {
		return fmt.Errorf("run pprof: %w%s", err, said)
	}
	return nil
}

// fetcher gives the driver the extract for whatever it asks.
type fetcher struct{ x profile.Extract }

func (f fetcher) Fetch(string, time.Duration, time.Duration) (*pprof.Profile, string, error) {
	return f.x.Proto(), "", nil
}

// flags are the driver's flags, from arguments given here.
type flags struct {
	*flag.FlagSet
	args []string
}

func (f *flags) StringList(name, def, usage string) *[]*string {
	return &[]*string{f.String(name, def, usage)}
}
func (f *flags) ExtraUsage() string   { return "" }
func (f *flags) AddExtraUsage(string) {}
func (f *flags) Parse(func()) []string {
	f.SetOutput(io.Discard)
	if err := f.FlagSet.Parse(f.args); err != nil {
		return nil
	}
	return f.Args()
}

// messages keeps what the driver says; it must not reach the screen.
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

// noTools stands for nm, objdump and addr2line: what a profile from elsewhere
// names as its program must not be run through programs here.
type noTools struct{}

var errNoTools = errors.New("no object files are read here")

func (noTools) Open(string, uint64, uint64, uint64, string) (driver.ObjFile, error) {
	return nil, errNoTools
}

func (noTools) Disasm(string, uint64, uint64, bool) ([]driver.Inst, error) { return nil, errNoTools }
