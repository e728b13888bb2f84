package export

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/chart"
	"github.com/leaktop/leaktop/ui/theme"
)

var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.FixedZone("", 3600))

// sample returns a document with one of everything.
func sample() *Document {
	var line, other []chart.Point
	for i := range 60 {
		at := noon.Add(time.Duration(i-60) * 4 * time.Second)
		line = append(line, chart.Point{T: at, V: 400e6 + 1.5e6*float64(i)})
		other = append(other, chart.Point{T: at, V: 380e6 + 1.4e6*float64(i)})
	}
	spark := []float64{1, 2, 3, 4, 5, 6, 7, 8}
	return &Document{
		Title: "Functions", Path: []string{"Functions"}, Target: "shop/checkout-7d9f6 :6060", GoVersion: "go1.27.1",
		Time: noon, Watched: 4*time.Minute + 12*time.Second,
		View: View{
			Profile: "heap", SampleType: "inuse_space", Unit: "bytes", Filter: "cache|http", Sort: "GROWTH/H", Descending: true,
			Baseline: noon.Add(-2 * time.Minute), Window: 4 * time.Minute,
		},
		Verdict: []Sentence{
			{theme.Bad, "LEAK", "main.(*Cache).Put keeps all it allocates: +36 MiB/h (33–39), 94% of the growth"},
			{theme.Plain, "", "steady for 4m12s; a warm-up longer than that is not excluded"},
		},
		Warnings: []string{"the service answers slowly"},
		Charts: []Chart{{
			Title: "live heap", Value: "412 MiB  +38 MiB/h", Unit: "bytes", LineName: "live heap", OtherName: "floor", Window: 4 * time.Minute,
			Data: chart.Data{
				Now: noon, Line: [][]chart.Point{line}, Other: [][]chart.Point{other}, Limit: 512e6,
				Marks: []chart.Mark{{T: noon.Add(-2 * time.Minute), Kind: chart.MarkFlag, Label: "baseline"}},
			},
		}},
		Text: []Paragraph{{Head: "because", Text: "94% of what was allocated in between is still there"}, {Head: "for example", Text: "if len(c.m) > max {\n\tc.evict()\n}", IsCode: true}},
		Tables: []Table{{
			Columns: []Column{
				{"name", "FUNCTION", false},
				{"flat", "FLAT", true},
				{"growth", "GROWTH/H", true},
				{"last", "LAST", false},
				{"verdict", "VERDICT", false},
			},
			Rows: [][]Cell{
				{{Text: "main.(*Cache).Put"}, {Text: "388 MiB", Value: 406847488, Unit: "bytes"}, {Text: "+36 MiB", Value: 37748736.5, Unit: "bytes/hour"}, {Spark: spark}, {Text: "leak"}},
				{{Text: "net/http.(*persistConn).readLoop"}, {Text: "4,120", Value: 4120, Unit: "goroutines"}, {}, {}, {Text: "~"}},
			},
		}},
	}
}

// TestGolden compares the text formats with their golden files; run it with
// -update to accept a change.
func TestGolden(t *testing.T) {
	for _, f := range Formats {
		if f.WhyNot(sample()) != "" {
			continue
		}
		t.Run(f.Ext, func(t *testing.T) { golden.RequireEqual(t, write(t, f.Ext, sample())) })
	}
}

func write(t testing.TB, ext string, d *Document) []byte {
	t.Helper()
	f, ok := FormatOf("x" + ext)
	if !ok {
		t.Fatalf("no format %s", ext)
	}
	var b bytes.Buffer
	if err := f.WriteTo(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestFactsStandInEveryFile checks that every format says how the view was
// filtered and sorted and what it was compared with.
func TestFactsStandInEveryFile(t *testing.T) {
	for _, f := range Formats {
		d := sample()
		if f.WhyNot(d) != "" {
			d.Profile = heap(t)
		}
		got := string(write(t, f.Ext, d))
		if f.Ext == ".png" || f.Ext == ".graph.svg" {
			continue // pictures of the profile, not of the page
		}
		if f.Ext == ".pb.gz" {
			got = strings.Join(d.Profile.Comments, "\n")
		}
		if f.Ext == ".html" || f.Ext == ".svg" {
			got = strings.NewReplacer("&gt;", ">", "</dt><dd>", ": ").Replace(got)
		}
		for _, want := range []string{"checkout-7d9f6", "cache", "inuse_space", "bytes", "GROWTH/H", "11:58:00", "12:00:00"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s lacks %q:\n%.3000s", f.Ext, want, got)
			}
		}
	}
}

// heap returns the profile under a page that shows a real heap profile.
func heap(t testing.TB) *profile.Extract { return heapOf(t, "typ_heap_060.pb.gz") }

func heapOf(t testing.TB, name string) *profile.Extract {
	t.Helper()
	data, err := os.ReadFile("../../profile/testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	h := profile.NewHistoryBuilder()
	if _, err := h.Add(profile.Capture{Kind: profile.Heap, Data: data}); err != nil {
		t.Fatal(err)
	}
	x, ok := h.History().Extract(profile.Selection{Kind: profile.Heap, Type: "inuse_space"})
	if !ok {
		t.Fatal("no profile")
	}
	return &x
}

func TestNeedsAreSaid(t *testing.T) {
	for _, ext := range []string{".csv", ".svg", ".pb.gz", ".folded"} {
		f, _ := FormatOf(ext)
		var b bytes.Buffer
		if err := f.WriteTo(&b, &Document{}); err == nil || b.Len() > 0 {
			t.Errorf("%s of an empty page: error %v, %d bytes", ext, err, b.Len())
		}
	}
}

func TestFor(t *testing.T) {
	for name, want := range map[string]string{"a.pb.gz": ".pb.gz", "A.HTML": ".html", "a.gz": "", "a": "", "": "", ".md": ".md"} {
		if f, _ := FormatOf(name); f.Ext != want {
			t.Errorf("For(%q) is %q, want %q", name, f.Ext, want)
		}
	}
}

// hostile returns a document in which every text is the given one.
func hostile(s string) *Document {
	d := sample()
	d.Title, d.Path, d.Target, d.GoVersion, d.View.Filter = s, []string{s}, s, s, s
	d.Verdict, d.Warnings = []Sentence{{Head: s, Text: s}}, []string{s}
	d.Charts[0].Title, d.Charts[0].Value, d.Charts[0].Data.Marks[0].Label = s, s, s
	d.Text = []Paragraph{{Head: s, Text: s}, {Head: s, Text: s, IsCode: true}}
	for _, row := range d.Tables[0].Rows {
		row[0].Text, row[4].Text = s, s
	}
	return d
}

// FuzzNames writes hostile names in every format, and parses the result where
// the format has a parser.
func FuzzNames(f *testing.F) {
	for _, s := range []string{
		"main.main", "<script>alert(1)</script>", "\x1b[31mred", `"'&<>|` + "`*_[]", "=1+1", "a\nb\r\nc\td", "```\nx", "\xff\xfe", "]]>", "\u202eabc", "a;b \" ,", "#000",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, ext := range []string{".txt", ".md", ".csv", ".json", ".html", ".svg"} {
			got := write(t, ext, hostile(s))
			if i := bytes.IndexFunc(got, func(r rune) bool { return r < ' ' && r != '\n' || r == 0x7f }); i >= 0 {
				t.Errorf("%s has the control character %q", ext, got[i])
			}
			readable(t, ext, got)
		}
	})
}

func readable(t *testing.T, ext string, got []byte) {
	t.Helper()
	switch ext {
	case ".json":
		if !json.Valid(got) {
			t.Error("the JSON is not valid")
		}
	case ".svg":
		dec := xml.NewDecoder(bytes.NewReader(got))
		for {
			tok, err := dec.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("the SVG is not well formed: %v", err)
			}
			if e, ok := tok.(xml.StartElement); ok && e.Name.Local == "script" {
				t.Error("the SVG has a script")
			}
		}
	case ".html":
		if bytes.Contains(got, []byte("<script")) || bytes.Count(got, []byte("<table>")) != 1 {
			t.Error("a name has become markup")
		}
	case ".csv":
		r := csv.NewReader(bytes.NewReader(got))
		r.Comment, r.FieldsPerRecord = '#', 0
		rows, err := r.ReadAll()
		if err != nil || len(rows) != 3 {
			t.Errorf("the CSV has %d rows, error %v", len(rows), err)
		}
	}
}

// BenchmarkWrite writes 30,000 rows, which must take less than a second.
func BenchmarkWrite(b *testing.B) {
	for _, ext := range []string{".txt", ".md", ".csv", ".json", ".html"} {
		b.Run(ext, func(b *testing.B) {
			for b.Loop() {
				d := sample()
				row := d.Tables[0].Rows[0]
				for range 30_000 {
					d.Tables[0].Rows = append(d.Tables[0].Rows, row)
				}
				write(b, ext, d)
			}
		})
	}
}

// BenchmarkWriteProfile writes the profile under a page of 28,000 stacks.
func BenchmarkWriteProfile(b *testing.B) {
	x := heapOf(b, "large_heap_120.pb.gz")
	for _, ext := range []string{".pb.gz", ".folded", ".dot"} {
		b.Run(ext, func(b *testing.B) {
			for b.Loop() {
				d := sample()
				d.Profile = x
				write(b, ext, d)
			}
		})
	}
}
