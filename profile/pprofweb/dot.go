package pprofweb

import (
	"io"

	"github.com/google/pprof/driver"

	"github.com/leaktop/leaktop/profile"
)

// WriteDot writes the call graph of an extract as "go tool pprof -dot" does: the
// 80 heaviest functions, for Graphviz to draw.
func WriteDot(w io.Writer, x profile.Extract) error {
	return run(x, driver.Options{Writer: writer{w}}, "-dot", "-output=graph")
}

// writer is where the driver's report goes, whatever it calls the file.
type writer struct{ io.Writer }

func (w writer) Open(string) (io.WriteCloser, error) { return w, nil }
func (writer) Close() error                          { return nil }
