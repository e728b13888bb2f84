package export

import (
	"io"

	"github.com/leaktop/leaktop/profile/pprofweb"
)

// writeProfile writes the samples behind the page for "go tool pprof", which
// shows the facts as comments.
func writeProfile(w io.Writer, d *Document) error {
	d.Profile.Comments = d.factLines()
	return d.Profile.Write(w)
}

// writeFolded writes the samples behind the page as folded stacks.
func writeFolded(w io.Writer, d *Document) error {
	d.Profile.Comments = d.factLines()
	return d.Profile.WriteFolded(w)
}

// writeDot writes the call graph of the samples behind the page.
func writeDot(w io.Writer, d *Document) error {
	d.Profile.Comments = d.factLines()
	return pprofweb.WriteDot(w, *d.Profile)
}
