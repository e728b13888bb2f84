package evidence

import (
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/tui/tuitest"
)

// openEvidence opens the evidence of a suspect with long names, paths and code.
func openEvidence(t *testing.T, w, h int) (*tuitest.Screen, *Page) {
	t.Helper()
	vc := tuitest.Context(t, tuitest.Typical...)
	put := &profile.Function{Name: "github.com/acme/shop/internal/warehouse.(*Reservations).keepForCustomer", File: "/home/ci/build/shop/internal/warehouse/reservations.go"}
	read := &profile.Function{Name: "io.ReadAll", File: "/usr/local/go/src/io/io.go"}
	deep := &profile.Function{Name: "github.com/acme/shop/internal/platform/middleware.Recover", File: "/home/ci/build/shop/internal/platform/middleware/recover.go"}
	g := &profile.Group{Kind: profile.Heap, Blame: put, Stacks: []*profile.Stack{profile.NewStack(nil, profile.Frame{Func: read, Line: 707}, profile.Frame{Func: put, Line: 131}, profile.Frame{Func: deep, Line: 12})}}
	sus := leak.Suspect{
		Kind: leak.Heap, Function: put.Name, File: put.File, Line: 131, Stack: []string{read.Name, put.Name, deep.Name}, Group: g,
		Confidence: leak.High, Unit: "bytes", Sentence: "warehouse.(*Reservations).keepForCustomer keeps all it allocates: +36 MiB/h (33–39), 94% of the growth",
		Cause: "Each call makes its own Transport.", Fix: "Share one http.Client.",
		Example: "var client = &http.Client{Timeout: 10 * time.Second} // once, not in the function\nfor {\n\tif err := client.Reserve(ctx, customer, article, warehouse.Nearest(customer.Address)); err != nil {",
	}
	vc.State.Report.Suspects = []leak.Suspect{sus}
	p := New(vc, sus).(*Page)
	return tuitest.Open(t, vc, p, w, h), p
}

// What a person needs to fix the leak is not cut at 80 columns: the function,
// its file and line, and the code of the fix.
func TestEvidenceIsWholeInEightyColumns(t *testing.T) {
	for _, w := range []int{60, 80, 100, 200} {
		s, p := openEvidence(t, w, 12)
		for _, l := range p.text {
			if format.Width(l) > w {
				t.Errorf("%d columns: a line is wider: %q", w, l)
			}
		}
		joined := strings.Join(strings.Fields(strings.Join(p.text, " ")), "")
		want := []string{
			p.last.Function, "/home/ci/build/shop/internal/warehouse/reservations.go:131", "/io/io.go:707", "/recover.go:12",
			"// once, not in the function", "var client = &http.Client{Timeout: 10 * time.Second}", "warehouse.Nearest(customer.Address)); err != nil {",
		}
		if w == 60 {
			want = want[1:] // the name is broken or shortened, but its end is there
		}
		for _, part := range want {
			if !strings.Contains(joined, strings.ReplaceAll(part, " ", "")) {
				t.Errorf("%d columns: the evidence lacks %q:\n%s", w, part, strings.Join(p.text, "\n"))
			}
		}
		if text := strings.Join(p.text, "\n"); strings.Count(text, "(*Reservations).keepForCustomer") < 3 {
			t.Errorf("%d columns: a name is broken:\n%s", w, text)
		}
		s.Press("end")
		s.Wants("recover.go:12")
		s.Press("home")
		s.Wants("LEAK")
	}
}

// The stack in a document has the file and line of each frame.
func TestEvidenceExportsPlaces(t *testing.T) {
	_, p := openEvidence(t, 80, 12)
	var d export.Document
	p.Document()(&d)
	rows := d.Tables[0].Rows
	for i, want := range []string{"/usr/local/go/src/io/io.go:707", "/home/ci/build/shop/internal/warehouse/reservations.go:131", "/home/ci/build/shop/internal/platform/middleware/recover.go:12"} {
		if rows[i][1].Text != want {
			t.Errorf("frame %d is at %q", i, rows[i][1].Text)
		}
	}
}

func TestWrapCode(t *testing.T) {
	code := "\tid := bytes.Clone(block[:8]) // block can be freed\n\tgo run()"
	got := strings.Join(wrapCode(code, 40), "\n")
	want := "    // block can be freed\n    id := bytes.Clone(block[:8])\n    go run()"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for _, l := range wrapCode("runtime.AddCleanup(obj, func(fd int) { syscall.Close(fd) }, obj.fd)", 30) {
		if format.Width(l) > 30 {
			t.Errorf("%q is wider than 30", l)
		}
	}
}
