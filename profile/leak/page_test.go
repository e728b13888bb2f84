package leak

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"text/template"

	"github.com/google/go-cmp/cmp"
)

// pagePath is the guide page that is generated from the table, so that they cannot differ.
const pagePath = "../../docs/leaks-by-signature.md"

var page = template.Must(template.New("page").Parse(`<!-- Generated from the table in profile/leak: go test ./profile/leak -run Page -update -->

# Leaks by signature

A signature describes what the stacks of a leak look like. leaktop looks for signatures in whatever grows, and shows the
cause and the fix of the one it finds. Stacks are written leaf first; "…" stands for any number of frames, and "user" for a
function of the service's own code.

| leak | what grows | identifier |
|---|---|---|
{{range .}}| [{{.Title}}](#{{.ID}}) | {{.Grows}} | ` + "`{{.ID}}`" + ` |
{{end}}{{range .}}
<a id="{{.ID}}"></a>

## {{.Title}}

{{.Cause}}

**Fix.** {{.Fix}}
{{if .Example}}
` + "```go\n{{.Example}}\n```" + `
{{end}}{{if .Patterns}}
**Seen as** {{.Grows}} of
{{range .Patterns}}
- ` + "`{{.}}`" + `{{end}}
{{else}}
**Seen as** {{.Grows}}.
{{end}}{{if .Condition}}
**Only if:** {{.Condition}}.
{{end}}{{if .Unsure}}
**Not proof by itself:** this growth is often harmless, so leaktop calls it suspected, not a leak.
{{end}}{{end}}`))

// pageRow is a signature as the page's template needs it.
type pageRow struct{ Signature }

func (r pageRow) Patterns() []string {
	var out []string
	for _, p := range r.Signature.Patterns() {
		out = append(out, strings.ReplaceAll(p, "...", "…"))
	}
	return out
}

// Cause and Fix say "the library" where leaktop shows its name.
func (r pageRow) Cause() string { return nameNoLibrary(r.Signature.Cause) }

func (r pageRow) Fix() string { return nameNoLibrary(r.Signature.Fix) }

func nameNoLibrary(text string) string {
	if rest, begins := strings.CutPrefix(text, "{library}"); begins {
		text = "The library" + rest
	}
	return strings.ReplaceAll(text, "{library}", "the library")
}

func (r pageRow) Unsure() bool { return r.Confidence == Low }

func (r pageRow) Grows() string {
	switch r.Kind {
	case Goroutine:
		return "goroutines"
	case OffHeap:
		return "memory outside of the Go heap"
	case Stacks:
		return "the memory of goroutine stacks"
	case Files:
		return "open file descriptors"
	case Children:
		return "child processes"
	default:
		return "live heap"
	}
}

func TestPageIsTheTable(t *testing.T) {
	var rows []pageRow
	for _, s := range Signatures {
		rows = append(rows, pageRow{s})
	}
	var got bytes.Buffer
	if err := page.Execute(&got, rows); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(pagePath, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(pagePath)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got.String()); d != "" {
		t.Errorf("%s differs from the table (-page +table); run with -update:\n%s", pagePath, d)
	}
}
