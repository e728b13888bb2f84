package export

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/leaktop/leaktop/profile/trend"
	"github.com/leaktop/leaktop/ui/theme"
)

// writeHTML writes a self-contained page: inline charts, and a content security policy
// under which nothing is loaded and only the script of the flame graph runs.
func writeHTML(w io.Writer, d *Document) error {
	out := bufio.NewWriter(w)
	p := func(f string, args ...any) { fmt.Fprintf(out, f+"\n", args...) }
	p(`<!doctype html><html lang="en"><head><meta charset="utf-8">`)
	p(`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'%s">`, scriptPolicy(d))
	p(`<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">`)
	p(`<title>%s</title><style>%s%s</style></head><body><main>`, escapeXML("leaktop: "+d.Title+" of "+d.Target), svgStyle, htmlStyle)
	p(`<ul class="verdict">`)
	for _, s := range d.Verdict {
		if s.Head == "" {
			p(`<li>%s</li>`, escapeXML(s.Text))
			continue
		}
		p(`<li><b class="%s">%s</b> %s</li>`, toneClass(s.Tone), escapeXML(s.Head), escapeXML(s.Text))
	}
	p(`</ul>`)
	htmlFacts(p, "incident", d.Incident)
	if len(d.Warnings) > 0 {
		p(`<ul class="verdict">`)
		for _, s := range d.Warnings {
			p(`<li><b class="warn">warning</b> %s</li>`, escapeXML(s))
		}
		p(`</ul>`)
	}
	p(`<h1>%s <small>%s</small></h1>`, escapeXML(d.Target), escapeXML(strings.Join(d.Path, " › ")))
	htmlFacts(p, "facts", d.Facts())
	p(`<div class="charts">`)
	for _, c := range d.Charts {
		var b strings.Builder
		drawChart(&b, c)
		p(`<svg viewBox="0 0 %d %d" role="img" aria-label="%s">%s</svg>`, chartWidth, chartHeight, escapeXML(c.Title+" "+c.Value), b.String())
	}
	p(`</div>`)
	for _, t := range d.Text {
		if t.IsCode {
			p(`<p class="head">%s</p><pre>%s</pre>`, escapeXML(t.Head), escapeXML(t.Text))
		} else {
			p(`<p><b class="head">%s</b> %s</p>`, escapeXML(t.Head), escapeXML(t.Text))
		}
	}
	if d.Flame != nil {
		p(`<style>%s.flame{width:100%%;height:auto}</style>`, flameStyle)
		flameFigure(p, d.Flame)
	}
	for i := range d.Tables {
		htmlTable(p, &d.Tables[i])
	}
	if d.Profile != nil && !d.Profile.IsEmpty() {
		if err := graphFigure(p, d); err != nil {
			return err
		}
	}
	p(`<footer>Written by leaktop.</footer></main></body></html>`)
	return out.Flush()
}

// htmlFacts writes facts as a list of terms.
func htmlFacts(p func(string, ...any), class string, facts []Fact) {
	if len(facts) == 0 {
		return
	}
	p(`<dl class="%s">`, class)
	for _, f := range facts {
		p(`<div><dt>%s</dt><dd>%s</dd></div>`, escapeXML(f.Name), escapeXML(f.Text))
	}
	p(`</dl>`)
}

// toneClass returns the class of text in a tone.
func toneClass(t theme.Tone) string {
	switch t {
	case theme.Bad:
		return "leak"
	case theme.Warn:
		return "warn"
	case theme.Good:
		return "good"
	}
	return "head"
}

func htmlTable(p func(string, ...any), t *Table) {
	if t.Title != "" {
		p(`<h2>%s</h2>`, escapeXML(t.Title))
	}
	if len(t.Rows) == 0 {
		p(`<p class="head">%s</p>`, escapeXML(t.Empty))
		return
	}
	var b strings.Builder
	b.WriteString(`<div class="scroll"><table><thead><tr>`)
	for _, c := range t.Columns {
		fmt.Fprintf(&b, `<th%s>%s</th>`, alignAttr(c), escapeXML(c.Title))
	}
	p(`%s</tr></thead><tbody>`, b.String())
	for _, row := range t.Rows {
		b.Reset()
		for j, c := range row {
			switch {
			case len(c.Spark) > 0:
				b.WriteString("<td>")
				drawSpark(&b, c.Spark)
				b.WriteString("</td>")
			case t.Columns[j].ID == "verdict":
				fmt.Fprintf(&b, `<td class="%s">%s</td>`, cellClass(c.Text), escapeXML(c.Text))
			case t.Columns[j].ID == "name":
				fmt.Fprintf(&b, `<td class="name">%s</td>`, escapeXML(c.Text))
			default:
				b.WriteString("<td" + alignAttr(t.Columns[j]) + ">" + escapeXML(c.Text) + "</td>")
			}
		}
		p(`<tr>%s</tr>`, b.String())
	}
	p(`</tbody></table></div>`)
}

func alignAttr(c Column) string {
	if c.AlignRight {
		return ` class="num"`
	}
	return ""
}

func cellClass(word string) string {
	switch word {
	case "leak":
		return "leak"
	case "suspect":
		return "warn"
	}
	return "head"
}

// drawSpark draws a sparkline.
func drawSpark(b *strings.Builder, values []float64) {
	const w, h = 72, 16
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		lo, hi = min(lo, trend.FiniteOrZero(v)), max(hi, trend.FiniteOrZero(v))
	}
	// Movements below a tenth of the value are noise: do not magnify them.
	hi = max(hi, lo+0.1*max(math.Abs(hi), math.Abs(lo)), lo+1e-9)
	fmt.Fprintf(b, `<svg width="%d" height="%d" class="spark"><polyline class="line" points="`, w, h)
	for i, v := range values {
		x := 1 + float64(i)*(w-2)/float64(max(1, len(values)-1))
		fmt.Fprintf(b, "%.1f,%.1f ", x, 1+(h-2)*(1-(trend.FiniteOrZero(v)-lo)/(hi-lo)))
	}
	b.WriteString(`"/></svg>`)
}

const htmlStyle = `
:root{color-scheme:light dark}
body{margin:0;font:14px/1.5 system-ui,sans-serif;background:#fff;color:#1f2328}main{max-width:1180px;margin:0 auto;padding:20px 24px}
h1{font-size:20px;margin:0 0 10px}h1 small{font-weight:400;font-size:14px;color:#5b6472;margin-left:8px}h2{font-size:15px;margin:22px 0 6px}
.facts{display:flex;flex-wrap:wrap;gap:2px 26px;margin:0;color:#5b6472}.facts div{display:flex;gap:7px}.facts dt::after{content:":"}
.facts dd{margin:0;color:#1f2328;overflow-wrap:anywhere}
.incident{margin:0 0 14px;padding:0 16px}.incident div{display:flex;gap:12px}.incident dt{flex:0 0 90px;color:#5b6472}.incident dd{margin:0;overflow-wrap:anywhere}
.flame-tools{display:flex;gap:12px;align-items:center;margin:8px 0}.flame-tools input{font:inherit;padding:3px 8px;width:22em;max-width:100%}.box.hit rect{stroke:#b3261e;stroke-width:2}
.verdict{list-style:none;padding:12px 16px;margin:14px 0;background:#f4f6f9;border-radius:8px}.verdict:empty{display:none}
.verdict li{margin:2px 0}.verdict b{margin-right:6px}
.leak{color:#b3261e;font-weight:600}.warn{color:#8a5a00;font-weight:600}.good{color:#2f6f3a}.head{color:#5b6472;font-weight:400}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(420px,1fr));gap:12px}.charts svg{width:100%;max-width:760px;height:auto}
.scroll{overflow-x:auto;margin-top:14px}table{border-collapse:collapse;width:100%;font-size:13px}
th{text-align:left;font-weight:600;color:#5b6472;font-size:12px}th,td{padding:3px 10px 3px 0;border-bottom:1px solid #e8ebf0;vertical-align:top}
.num{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums;padding-right:16px}
.name,pre{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:12.5px;overflow-wrap:anywhere}
pre{background:#f4f6f9;padding:10px 14px;border-radius:8px;overflow-x:auto}.spark{display:block}
footer{color:#5b6472;margin-top:26px;font-size:12px}
@media(prefers-color-scheme:dark){body{background:#14171c;color:#dfe3ea}.facts dd{color:#dfe3ea}h1 small,.facts,.head,th,footer{color:#99a1ad}
.verdict,pre{background:#1c2028}th,td{border-color:#2c323c}.leak{color:#f08a80}.warn{color:#e0b060}.good{color:#8fbf8a}}
@media print{main{max-width:none;padding:0}}
`
