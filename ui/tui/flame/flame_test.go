package flame

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
	"pgregory.net/rapid"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/flame"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/tuitest"
)

// openFlame shows the pane on profiles of package profile's testdata.
func openFlame(t *testing.T, w, h int, names ...string) (*tuitest.Screen, *Pane) {
	t.Helper()
	s := tuitest.OpenWatch(t, tuitest.Watch(t, names...), New, w, h)
	return s, s.Page.(*Pane)
}

// poll adds a profile and refreshes the pane.
func poll(t *testing.T, s *tuitest.Screen, name string) {
	t.Helper()
	s.Change(func(w *session.Session) { w.Ingest(source.Capture{Capture: tuitest.Capture(t, name)}) })
}

func TestFlameMovesAndZooms(t *testing.T) {
	s, p := openFlame(t, 100, 16, tuitest.Typical...)
	s.Wants("inuse_space", "all stacks")
	s.Press("down", "down")
	if p.at.Depth != 2 || p.at != p.tree.Root.Children[0].Children[0] {
		t.Errorf("two down from the root is %q, depth %d", p.at.Name(), p.at.Depth)
	}
	s.Wants(p.at.Name(), "of all", ".go:")
	at := p.at.Path()
	s.Press("enter")
	if p.top != p.at || !slices.Equal(p.top.Path(), at) || p.boxes[0][0].w != 100 {
		t.Errorf("zoomed to %q, %d wide", p.top.Name(), p.boxes[0][0].w)
	}
	s.Wants("all ›")
	s.Press("enter")
	if want := profile.ShortName(p.at.Name()); s.Page.Title() != want {
		t.Errorf("enter led to %q, want %q", s.Page.Title(), want)
	}
	s.Press("esc", "esc")
	if s.Page != tui.Page(p) || p.top != p.tree.Root || !slices.Equal(p.at.Path(), at) {
		t.Errorf("after esc: top %q, cursor %q", p.top.Name(), p.at.Name())
	}
	s.Press("up", "up", "up")
	if p.at != p.tree.Root {
		t.Errorf("the cursor is on %q", p.at.Name())
	}
	s.Press("end")
	if len(p.at.Children) > 0 && p.tree.Weight(p.at.Children[0]) > 0 {
		t.Errorf("end leads to %q, which is no end", p.at.Name())
	}
	if row, _, ok := p.boxOf(p.at); !ok || row < p.first || row >= p.first+p.graphRows() {
		t.Errorf("row %d is not on screen: %d and %d more", row, p.first, p.graphRows())
	}
	s.Press("home")
	if p.at != p.tree.Root || p.first != 0 {
		t.Errorf("home leads to %q, row %d first", p.at.Name(), p.first)
	}
}

func TestFlameReachesEverySibling(t *testing.T) {
	s, p := openFlame(t, 60, 12, tuitest.Typical...)
	s.Press("down")
	parent := p.at.Parent
	for i, c := range parent.Children {
		if p.tree.Weight(c) == 0 {
			break
		}
		if p.at != c {
			t.Fatalf("the cursor is on %q, want child %d, %q", p.at.Name(), i, c.Name())
		}
		s.Wants(lastPart(c.Name()))
		s.Press("right")
	}
	for range parent.Children {
		s.Press("h")
	}
	if p.at != parent.Children[0] {
		t.Errorf("back at %q", p.at.Name())
	}
}

func lastPart(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

func TestFlameKeepsItsPlace(t *testing.T) {
	s, p := openFlame(t, 100, 16, tuitest.Typical...)
	s.Press("down", "down", "enter", "down", "down")
	at, top, before := p.at.Path(), p.top.Path(), p.tree
	poll(t, s, "typ_heap_150.pb.gz")
	if p.tree == before {
		t.Fatal("no new tree came")
	}
	if !slices.Equal(p.at.Path(), at) || !slices.Equal(p.top.Path(), top) {
		t.Errorf("cursor %v, zoom %v; before %v, %v", p.at.Path(), p.top.Path(), at, top)
	}
	// A frame that is missing from one profile is found again in the next.
	p.cursor = append(slices.Clone(at), "gone.away")
	p.layOut()
	if !slices.Equal(p.at.Path(), at) {
		t.Errorf("below what is gone the cursor is on %v", p.at.Path())
	}
	p.zooms = [][]string{{"gone.away"}}
	poll(t, s, "typ_heap_300.pb.gz")
	if p.top != p.tree.Root || len(p.boxes) == 0 {
		t.Errorf("the zoom is gone: top %q", p.top.Name())
	}
}

// If the frame under the cursor does not grow, the cursor moves to its caller while
// the graph shows growth.
func TestFlameLeavesWhatHasNoWidth(t *testing.T) {
	s, p := openFlame(t, 100, 16, tuitest.Typical...)
	var still *flame.Node
	p.tree.Root.Walk(func(n *flame.Node) bool {
		if still == nil && n.Total > 0 && n.Growth <= 0 {
			still = n
		}
		return still == nil
	})
	p.moveTo(still)
	s.Press("m")
	if p.tree.Weight(p.at) == 0 || !slices.Equal(p.at.Path(), still.Path()[:p.at.Depth]) {
		t.Errorf("the cursor is on %v, which grows by %g", p.at.Path(), p.at.Growth)
	}
	s.Press("m")
	if !slices.Equal(p.at.Path(), still.Path()) {
		t.Errorf("the cursor is on %v, was on %v", p.at.Path(), still.Path())
	}
}

func TestFlameSearches(t *testing.T) {
	s, p := openFlame(t, 100, 16, tuitest.Typical...)
	s.Filter("raft")
	if place := p.Position(); !strings.Contains(place, "match,") {
		t.Errorf("the place is %q", place)
	}
	seen := map[*flame.Node]bool{}
	for range p.search.frames {
		p.Next(true)
		if !strings.Contains(strings.ToLower(p.at.Name()), "raft") || seen[p.at] {
			t.Fatalf("n leads to %q, seen %v", p.at.Name(), seen[p.at])
		}
		seen[p.at] = true
	}
	first := p.at
	p.Next(true)
	p.Next(false)
	if p.at != first {
		t.Errorf("n and N lead to %q, not back to %q", p.at.Name(), first.Name())
	}
	s.Press("esc")
	if p.search.match != nil {
		t.Error("esc left the search")
	}
	s.Filter("zzz")
	if place := p.Position(); !strings.Contains(place, "nothing matches") {
		t.Errorf("the place is %q", place)
	}
}

func TestFlameMouse(t *testing.T) {
	s, p := openFlame(t, 100, 16, tuitest.Typical...)
	y := p.room.Y + headRows + 2
	b := p.boxes[2][0]
	s.Send(tea.MouseMotionMsg{X: b.x + 1, Y: y})
	if p.at != b.node {
		t.Errorf("the pointer is on %q, the cursor on %q", b.node.Name(), p.at.Name())
	}
	s.Send(tea.MouseClickMsg{X: b.x + 1, Y: y, Button: tea.MouseLeft})
	if p.top != b.node {
		t.Errorf("a click zoomed to %q", p.top.Name())
	}
	s.Press("esc")
	s.Send(tea.MouseClickMsg{X: p.boxes[1][0].x, Y: y - 1, Button: tea.MouseLeft})
	if p.at != p.boxes[1][0].node || p.top != p.tree.Root {
		t.Errorf("a click elsewhere: cursor %q, top %q", p.at.Name(), p.top.Name())
	}
	s.Send(tea.MouseClickMsg{X: 99, Y: p.room.Y + p.room.H - 1, Button: tea.MouseLeft})
	s.Send(tea.MouseWheelMsg{X: 5, Y: y, Button: tea.MouseWheelDown})
	if want := min(3, len(p.boxes)-p.graphRows()); p.first != want {
		t.Errorf("row %d is first, want %d", p.first, want)
	}
}

func TestFlameSaysWhyThereIsNone(t *testing.T) {
	s, _ := openFlame(t, 100, 16, "typ_heap_001.pb.gz")
	s.Press("m")
	s.Wants("No growth is known yet")
	s.Press("m")
	s.Change(func(w *session.Session) { s.Context.Baseline = w.SetBaseline(time.Unix(0, 0)) })
	s.Wants("Nothing has grown since the baseline")
	s.Context.Baseline = false
	s.Change(func(w *session.Session) { w.DropBaseline() })
	s.Wants("all stacks")
	s, p := openFlame(t, 100, 16)
	s.Press("down", "m", "enter", "right")
	p.Next(true)
	s.Wants("Waiting for the first profile")
}

func TestFlameGolden(t *testing.T) {
	for name, keys := range map[string][]string{
		"held": nil, "growth": {"m"}, "zoomed": {"down", "down", "down", "enter", "down"}, "found": {"/raft"},
	} {
		t.Run(name, func(t *testing.T) {
			s, p := openFlame(t, 80, 24, tuitest.Typical...)
			s.Press(keys...)
			p.Next(true)
			golden.RequireEqual(t, plainLines(p.View()))
		})
	}
	t.Run("colors", func(t *testing.T) {
		s, p := openFlame(t, 80, 16, tuitest.Typical...)
		s.Context.Theme = theme.New(true, colorprofile.TrueColor)
		p.SetTheme(s.Context.Theme)
		golden.RequireEqual(t, p.View())
	})
}

// plainLines returns the lines of a view without styles and trailing spaces.
func plainLines(view string) string {
	var b strings.Builder
	for l := range strings.SplitSeq(ansi.Strip(view), "\n") {
		b.WriteString(strings.TrimRight(l, " ") + "\n")
	}
	return b.String()
}

// Whatever the stacks and the size: boxes are below their callers, no two overlap, and
// each row is as wide as the screen.
func TestFlameLayoutOfAnyTree(t *testing.T) {
	var funcs [9]*profile.Function
	for i := range funcs {
		funcs[i] = &profile.Function{ID: int32(i), Name: strings.Repeat("very/long/", i) + string(rune('a'+i)) + ".(*T).Method"}
	}
	rapid.Check(t, func(t *rapid.T) {
		v := profile.StackValues{Times: []time.Time{time.Unix(1, 0), time.Unix(2, 0)}, Past: make([][]int64, 2)}
		for range rapid.IntRange(0, 40).Draw(t, "stacks") {
			var frames []profile.Frame
			for range rapid.IntRange(0, 9).Draw(t, "depth") {
				frames = append(frames, profile.Frame{Func: rapid.SampledFrom(funcs[:]).Draw(t, "f")})
			}
			st := profile.NewStack(nil, frames...)
			v.Stacks, v.Now = append(v.Stacks, st), append(v.Now, rapid.Int64Range(-9, 1<<rapid.IntRange(1, 40).Draw(t, "size")).Draw(t, "now"))
			for a := range v.Past {
				v.Past[a] = append(v.Past[a], rapid.Int64Range(0, 1000).Draw(t, "past"))
			}
		}
		tree := flame.Build(v, flame.Measure(rapid.IntRange(0, 1).Draw(t, "by")), nil)
		w, h := rapid.IntRange(1, 120).Draw(t, "w"), rapid.IntRange(0, 30).Draw(t, "h")
		colors := rapid.SampledFrom([]colorprofile.Profile{colorprofile.NoTTY, colorprofile.ANSI, colorprofile.TrueColor}).Draw(t, "colors")
		p := New(&tui.ViewContext{Theme: theme.New(true, colors), History: profile.NewHistoryBuilder().History()}).(*Pane)
		p.Resize(tui.Rect{W: w, H: h})
		p.setTree(tree)
		checkBoxes(t, p.boxes, w)
		for _, key := range rapid.SliceOfN(rapid.SampledFrom([]rune{
			tea.KeyDown, tea.KeyUp, tea.KeyLeft, tea.KeyRight, tea.KeyEnd, tea.KeyHome, tea.KeyPgDown, tea.KeyPgUp, tea.KeyEnter, tea.KeyEscape,
		}), 0, 30).Draw(t, "keys") {
			switch key {
			case tea.KeyEnter:
				p.ZoomIn()
			case tea.KeyEscape:
				p.ZoomOut()
			default:
				p.handleKey(tea.KeyPressMsg{Code: key})
			}
			if !p.at.IsWithin(p.top) {
				t.Fatalf("the cursor %q is outside of %q", p.at.Name(), p.top.Name())
			}
			checkFrame(t, p.View(), w, h)
		}
	})
}

func checkBoxes(t *rapid.T, rows [][]box, w int) {
	for r, row := range rows {
		end := 0
		for _, b := range row {
			if b.x < end || b.w < 1 || b.x+b.w > w {
				t.Fatalf("row %d: %v", r, row)
			}
			end = b.x + b.w
			if r > 0 && !slices.ContainsFunc(rows[r-1], func(up box) bool {
				return up.node == b.node.Parent && up.omitted == 0 && up.x <= b.x && b.x+b.w <= up.x+up.w
			}) {
				t.Fatalf("row %d: %v stands under no caller of its own: %v", r, b, rows[r-1])
			}
		}
	}
}

func checkFrame(t *rapid.T, view string, w, h int) {
	lines := strings.Split(ansi.Strip(view), "\n")
	if h > 0 && len(lines) != h {
		t.Fatalf("%d lines, want %d", len(lines), h)
	}
	for _, l := range lines {
		if n := ansi.StringWidth(l); n > w {
			t.Fatalf("a line of %d columns, want %d: %q", n, w, l)
		}
	}
}

func TestFrameNamesKeepTheirEnd(t *testing.T) {
	n := &flame.Node{Parent: &flame.Node{}, Func: &profile.Function{Name: "github.com/acme/shop/store.(*Cache).Put"}}
	got := ""
	for _, w := range []int{40, 18, 17, 12, 6, 3, 2, 0} {
		got += fmt.Sprintf("%d:%s ", w, frameName(n, w))
	}
	if want := "40:store.(*Cache).Put 18:store.(*Cache).Put 17:(*Cache).Put 12:(*Cache).Put 6:…).Put 3: 2: 0: "; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
