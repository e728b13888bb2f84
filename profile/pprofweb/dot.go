package pprofweb

import (
	"io"

	"github.com/google/pprof/driver"

	"github.com/leaktop/leaktop/profile"
)

// WriteDot writes the call graph of an extract for Graphviz, as "go tool pprof
// -dot" does: the 80 heaviest functions.
func WriteDot(w io.Writer, x profile.Extract) error {
	return run(x, driver.Options{Writer: writer{w}}, "-dot", "-output=graph")
}

// writer receives the driver's report under any file name.
type writer struct{ io.Writer }

func (w writer) Open(string) (io.WriteCloser, error) { return w, nil }
func (writer) Close() error                          { return nil }
