package memory

import (
	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/format"
)

// Document returns the parts of the memory with explanations.
func (p *Pane) Document() func(*export.Document) {
	st, h := p.vc.State, p.vc.History
	addPast := p.addPast()
	return func(d *export.Document) {
		defer addPast(d)
		d.View = export.View{Window: d.View.Window}
		if x, ok := h.Extract(profile.Selection{Kind: profile.Heap, Type: "inuse_space"}); ok {
			d.Profile = &x
		}
		t := export.Table{Empty: noMemory(st), Columns: []export.Column{
			{ID: "part", Title: "PART"},
			{ID: "size", Title: "SIZE", AlignRight: true},
			{ID: "share", Title: "RESIDENT%", AlignRight: true},
			{ID: "about", Title: "WHAT IT IS"},
			{ID: "advice", Title: "WHAT TO DO"},
		}}
		if len(st.Memory) > 0 {
			r := memory.Latest(st.Memory)
			d.Text = append(d.Text, export.Paragraph{Head: "memory", Text: memorySums(st.Facts, r)})
			if text := kernelSums(r); text != "" {
				d.Text = append(d.Text, export.Paragraph{Head: "kernel", Text: text})
			}
			parts, total := memoryParts(st, r)
			for _, part := range parts {
				share := export.Cell{}
				if part.Resident && total > 0 {
					v := float64(part.Bytes) / total
					share = export.Cell{Text: format.Percent(v), Value: 100 * v, Unit: "%"}
				}
				size := export.Cell{Text: format.Bytes(part.Bytes), Value: float64(part.Bytes), Unit: "bytes"}
				t.Rows = append(t.Rows, []export.Cell{{Text: part.Name}, size, share, {Text: part.About}, {Text: part.Advice}})
			}
		}
		d.Tables = append(d.Tables, t)
	}
}
