package pprofweb

import (
	"io"

	"github.com/google/pprof/driver"

	"github.com/leaktop/leaktop/profile"
)

// WriteDot writes the call graph of an extract for Graphviz, as "go tool pprof
// -dot" does: the 80 heaviest functions.
func WriteDot(w io.Writer, x profile.Extract) error {
	return runDriver(x, driver.Options{Writer: reportWriter{w}}, "-dot", "-output=graph")
}

// reportWriter receives the driver's report under any file name.
type reportWriter struct{ io.Writer }

func (w reportWriter) Open(string) (io.WriteCloser, error) { return w, nil }
func (reportWriter) Close() error                          { return nil }
