package export

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/leaktop/leaktop/ui/callgraph"
	"github.com/leaktop/leaktop/ui/format"
)

// graphOf returns the profile of a document as the input of a call graph.
func graphOf(d *Document) callgraph.Input {
	x := d.Profile
	stacks, values := x.Values()
	total := int64(0)
	for _, v := range values {
		total += v
	}
	title := d.Target + "  " + strings.Join(d.Path, " › ") + "  " + format.Sample(string(x.Kind), x.Type.Name) + "  " + format.Value(total, x.Type.Unit)
	if !x.Time.IsZero() {
		title += "  " + x.Time.Local().Format(time.DateTime)
	}
	if !x.Baseline.IsZero() {
		title += ", more than at " + x.Baseline.Local().Format(time.DateTime)
	}
	return callgraph.Input{Title: title, Unit: x.Type.Unit, Stacks: stacks, Values: values, Growth: d.Growth}
}

func writeGraphSVG(w io.Writer, d *Document) error { return callgraph.WriteSVG(w, graphOf(d)) }

func writeGraphPNG(w io.Writer, d *Document) error { return callgraph.WritePNG(w, graphOf(d)) }

// graphFigure writes the call graph into an HTML page.
func graphFigure(p func(string, ...any), d *Document) error {
	var b strings.Builder
	if err := callgraph.WriteSVG(&b, graphOf(d)); err != nil {
		return fmt.Errorf("draw the call graph: %w", err)
	}
	p(`<h2>Call graph</h2><div class="scroll">`)
	p("%s", b.String())
	p(`</div>`)
	return nil
}
