package export

import (
	"bufio"
	"fmt"
	"html"
	"io"
	"strings"
)

// Sizes of a chart in a picture, in pixels.
const (
	chartWidth  = 760
	chartHeight = 190
	gutterLeft  = 64 // for value labels
	gutterRight = 14
	gutterTop   = 30 // for the title
	gutterFoot  = 24 // for time labels
)

// writeSVG writes the flame graph, or else the charts below each other.
func writeSVG(w io.Writer, d *Document) error {
	if d.Flame != nil {
		return writeFlameSVG(w, d)
	}
	facts := d.Facts()
	head := 34 + 16*((len(facts)+1)/2)
	foot := 20 * len(d.Verdict)
	height := head + chartHeight*len(d.Charts) + foot + 16
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" role="img">`+"\n", chartWidth, height)
	fmt.Fprintf(&b, "<title>%s</title>\n<style>%s</style>\n", escapeXML("leaktop: "+d.Target), svgStyle)
	fmt.Fprintf(&b, `<rect class="paper" width="%d" height="%d"/>`+"\n", chartWidth, height)
	fmt.Fprintf(&b, `<text class="title" x="14" y="22">%s</text>`+"\n", escapeXML(truncateText("leaktop  "+d.Target, chartWidth-28, 8.5)))
	for i, f := range facts {
		x, y := 14+i%2*(chartWidth/2), 42+16*(i/2)
		fmt.Fprintf(&b, `<text class="dim" x="%d" y="%d">%s</text>`+"\n", x, y, escapeXML(truncateText(f.Name+": "+f.Text, chartWidth/2-20, 6.6)))
	}
	for i, c := range d.Charts {
		fmt.Fprintf(&b, `<g transform="translate(0 %d)">`, head+chartHeight*i)
		drawChart(&b, c)
		b.WriteString("</g>\n")
	}
	for i, s := range d.Verdict {
		fmt.Fprintf(&b, `<text class="said" x="14" y="%d">%s</text>`+"\n", head+chartHeight*len(d.Charts)+20*i+14,
			escapeXML(truncateText(strings.TrimSpace(s.Head+"  "+s.Text), chartWidth-28, 7)))
	}
	b.WriteString("</svg>\n")
	out := bufio.NewWriter(w)
	out.WriteString(b.String())
	return out.Flush()
}

// escapeXML makes text safe between tags and in attributes.
func escapeXML(s string) string { return html.EscapeString(s) }

// truncateText shortens text to a width in pixels; letter is the mean width of a letter.
func truncateText(s string, width int, letter float64) string {
	n := int(float64(width) / letter)
	if r := []rune(s); len(r) > n && n > 1 {
		return string(r[:n-1]) + "…"
	}
	return s
}

// svgStyle has light colors, and dark ones for viewers that support
// prefers-color-scheme.
const svgStyle = `
text{font:12px system-ui,sans-serif;fill:#1f2328}
.paper{fill:#fff}.title{font-weight:600;font-size:15px}.caption{font-weight:600}.dim{fill:#5b6472}.said{font-size:12.5px}
.grid{stroke:#e3e7ee}.line{stroke:#1f5fa8;fill:none;stroke-width:1.6}.other{stroke:#b07a1e;fill:none;stroke-width:1.2}
.spot{fill:#1f5fa8}.limit{stroke:#b3261e;stroke-dasharray:6 4}.mark{stroke:#6b3fa0;stroke-dasharray:2 3}.bad{fill:#b3261e}
@media(prefers-color-scheme:dark){text{fill:#dfe3ea}.paper{fill:#14171c}.dim{fill:#99a1ad}.grid{stroke:#2c323c}
.line{stroke:#7fb4e0}.other{stroke:#e0b060}.spot{fill:#7fb4e0}.limit{stroke:#f08a80}.mark{stroke:#b79be0}.bad{fill:#f08a80}}
`
