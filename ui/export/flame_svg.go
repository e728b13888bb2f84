package export

import (
	"bufio"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"strings"

	"github.com/leaktop/leaktop/ui/format"
)

// Sizes of a flame graph in a picture, in pixels.
const (
	flameWidth  = 1200
	flameGutter = 14
	flameRow    = 18
	minBoxWidth = 0.1 // narrower boxes are omitted, with their callees
)

// writeFlameSVG writes a flame graph with the root on top. A box shows its
// details in a tooltip, and a click zooms to it.
func writeFlameSVG(w io.Writer, d *Document) error {
	f := flameDrawing{flame: d.Flame}
	f.drawBox(d.Flame.Root, 0, 0, 1, nil)
	facts := d.Facts()
	head := 40 + 16*((len(facts)+2)/3)
	height := head + flameRow*f.rows + 40 + 20*len(d.Verdict)
	out := bufio.NewWriter(w)
	p := func(format string, args ...any) { fmt.Fprintf(out, format+"\n", args...) }
	p(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d">`, flameWidth, height)
	p(`<title>%s</title><style>%s%s</style>`, escapeXML("leaktop: "+d.Target), svgStyle, flameStyle)
	p(`<rect class="paper" width="%d" height="%d"/>`, flameWidth, height)
	p(`<text class="title" x="%d" y="22">%s</text>`, flameGutter, escapeXML(truncateText("leaktop  "+d.Target+"  "+d.Flame.caption(), flameWidth-28, 8.5)))
	for i, fact := range facts {
		const column = (flameWidth - 2*flameGutter) / 3
		p(`<text class="dim" x="%d" y="%d">%s</text>`, flameGutter+i%3*column, 42+16*(i/3), escapeXML(truncateText(fact.Name+": "+fact.Text, column-12, 6.6)))
	}
	p(`<g transform="translate(%d %d)">`, flameGutter, head)
	out.WriteString(f.svg.String())
	p(`</g>`)
	foot := head + flameRow*f.rows + 24
	flameLegend(p, foot)
	for i, s := range d.Verdict {
		p(`<text class="said" x="%d" y="%d">%s</text>`, flameGutter, foot+20*(i+1), escapeXML(truncateText(strings.TrimSpace(s.Head+"  "+s.Text), flameWidth-28, 7)))
	}
	p(`<script><![CDATA[%s]]></script></svg>`, flameScript)
	return out.Flush()
}

// flameFigure writes the graph into an HTML page, with a search field.
func flameFigure(p func(string, ...any), f *Flame) {
	g := flameDrawing{flame: f}
	g.drawBox(f.Root, 0, 0, 1, nil)
	foot := flameRow*g.rows + 24
	p(`<h2>%s</h2>`, escapeXML(f.caption()))
	p(`<p class="flame-tools"><input id="search" type="search" placeholder="search functions" aria-label="search functions"><span id="hits" class="head">click to zoom in, click again to zoom out</span></p>`)
	p(`<svg class="flame" viewBox="0 0 %d %d" role="img" aria-label="flame graph"><g transform="translate(%d 0)">`, flameWidth, foot+16, flameGutter)
	p(`%s</g>`, g.svg.String())
	flameLegend(p, foot)
	p(`</svg><script>%s</script>`, flameScript+searchScript)
}

// scriptPolicy returns the clause of a content security policy that lets the scripts
// of a document run, and no others.
func scriptPolicy(d *Document) string {
	if d.Flame == nil {
		return ""
	}
	sum := sha256.Sum256([]byte(flameScript + searchScript))
	return "; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// caption states the graph's total and what the widths of its boxes mean.
func (f *Flame) caption() string {
	if f.ShowsGrowth {
		return format.PerHour(f.Root.Growth, f.Unit) + ", box width shows growth"
	}
	return format.Value(f.Root.Value, f.Unit) + ", box width shows size"
}

// flameDrawing draws the boxes of a flame graph.
type flameDrawing struct {
	flame *Flame
	svg   strings.Builder
	rows  int
}

// drawBox draws a node and its callees. x and width are fractions of the picture's
// width.
func (f *flameDrawing) drawBox(n *FlameNode, row int, x, width float64, caller *FlameNode) {
	const room = flameWidth - 2*flameGutter
	if width*room < minBoxWidth {
		return
	}
	f.rows = max(f.rows, row+1)
	class := n.Origin
	if n.Grows {
		class += " up"
	}
	label := truncateText(n.Short, int(width*room)-6, 6.7)
	if width*room < 30 {
		label = ""
	}
	fmt.Fprintf(&f.svg, `<g class="box %s" data-x="%.6f" data-w="%.6f" data-n="%s"><title>%s</title>`, class, x, width, escapeXML(n.Short), escapeXML(f.tooltip(n, caller)))
	fmt.Fprintf(&f.svg, `<rect x="%.2f" y="%d" width="%.2f" height="%d"/><text x="%.2f" y="%d">%s</text></g>`+"\n",
		x*room, row*flameRow, width*room, flameRow-1, x*room+3, row*flameRow+13, escapeXML(label))
	sum := max(0, f.pickWeight(n.Self, n.SelfGrowth))
	for _, c := range n.Children {
		sum += f.boxWeight(c)
	}
	whole := max(sum, f.boxWeight(n))
	for _, c := range n.Children {
		if w := f.boxWeight(c); w > 0 {
			f.drawBox(c, row+1, x, width*w/whole, n)
			x += width * w / whole
		}
	}
}

// boxWeight returns the weight that the width of a node shows, as in package flame.
func (f *flameDrawing) boxWeight(n *FlameNode) float64 {
	return max(0, f.pickWeight(n.Value, n.Growth))
}

func (f *flameDrawing) pickWeight(value int64, growth float64) float64 {
	if f.flame.ShowsGrowth {
		return growth
	}
	return float64(value)
}

// tooltip returns the tooltip of a box.
func (f *flameDrawing) tooltip(n, caller *FlameNode) string {
	unit, root := f.flame.Unit, f.flame.Root
	lines := []string{n.Name, format.Value(n.Value, unit)}
	if caller != nil && root.Value != 0 {
		lines[1] += ", " + format.Percent(float64(n.Value)/float64(root.Value)) + " of all"
	}
	if caller != nil && caller != root && caller.Value != 0 {
		lines[1] += ", " + format.Percent(float64(n.Value)/float64(caller.Value)) + " of its caller"
	}
	if n.Self != 0 {
		lines = append(lines, "itself "+format.Value(n.Self, unit))
	}
	if n.Growth != 0 {
		lines = append(lines, format.PerHour(n.Growth, unit))
	}
	if n.Location != "" {
		lines = append(lines, n.Location)
	}
	return strings.Join(lines, "\n")
}

func flameLegend(p func(string, ...any), y int) {
	x := flameGutter
	for _, l := range []struct{ class, text string }{
		{"own", "own code"}, {"dep", "dependency"}, {"lib", "library and runtime"}, {"own up", "▲ grows"},
	} {
		p(`<g class="box %s"><rect x="%d" y="%d" width="12" height="12"/></g><text x="%d" y="%d">%s</text>`, l.class, x, y-10, x+17, y, l.text)
		x += 45 + 7*len(l.text)
	}
}

// flameStyle has the colors of the Flame pane: boxes in warm colors grow.
const flameStyle = `
.box{cursor:pointer}.box text{font:11px ui-monospace,monospace;pointer-events:none}.box:hover rect{stroke:#000;stroke-width:1}
.own rect{fill:#aacdf0}.dep rect{fill:#d5ccf2}.lib rect{fill:#dee2e9}.own text{font-weight:600}
.own.up rect{fill:#f7a968}.dep.up rect{fill:#f8cf9e}.lib.up rect{fill:#f4e1c8}
@media(prefers-color-scheme:dark){.box:hover rect{stroke:#fff}.own rect{fill:#2b5a88}.dep rect{fill:#4b4474}.lib rect{fill:#3a404b}
.own.up rect{fill:#b3500f}.dep.up rect{fill:#8a5626}.lib.up rect{fill:#6a4f36}}
`

// flameScript zooms: a click makes a box as wide as the picture, a second click
// zooms out. It only changes positions, widths and shortened labels.
const flameScript = `
const all=[...document.querySelectorAll("g[data-x]")],room=1172;let at=[0,1];
function zoom(x,w){at=[x,w];for(const g of all){const a=+g.dataset.x,b=a+ +g.dataset.w,
l=Math.max(0,(a-x)/w)*room,r=Math.min(1,(b-x)/w)*room,n=g.dataset.n,c=Math.floor((r-l-6)/6.7);
g.style.display=r-l<.1?"none":"";g.children[1].setAttribute("x",l);g.children[1].setAttribute("width",Math.max(0,r-l));
g.children[2].setAttribute("x",l+3);g.children[2].textContent=r-l<30?"":n.length>c?n.slice(0,c-1)+"…":n}}
for(const g of all)g.addEventListener("click",()=>{const x=+g.dataset.x,w=+g.dataset.w;x==at[0]&&w==at[1]?zoom(0,1):zoom(x,w)});
`

// searchScript marks the boxes whose function contains the typed text, and shows their
// share of the width. A box below one that matches is not counted again.
const searchScript = `
document.getElementById("search").addEventListener("input",e=>{const q=e.target.value.trim().toLowerCase();let n=0,w=0,end=-1;
for(const g of all){const hit=q!==""&&g.children[0].textContent.split("\n")[0].toLowerCase().includes(q);g.classList.toggle("hit",hit);
if(hit){n++;const a=+g.dataset.x;if(a>=end-1e-9){w+= +g.dataset.w;end=a+ +g.dataset.w}}}
document.getElementById("hits").textContent=q===""?"":n+(n===1?" box, ":" boxes, ")+(100*w).toFixed(1)+"% of the width"});
`
