package pods

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"github.com/leaktop/leaktop/source/kube"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// somePods returns pods in the order in which package kube finds them.
func somePods() []kube.Candidate {
	pod := func(name string, restarts int, reason string, ready bool) kube.Candidate {
		return kube.Candidate{
			Namespace: "shop", Name: name, Phase: "Running", Running: true, Ready: ready, Restarts: restarts, Reason: reason,
			Created: noon.Add(-3 * 24 * time.Hour), Limit: 512 << 20, Node: "node-a.example",
		}
	}
	all := []kube.Candidate{
		pod("checkout-7d9f6c5b8-aaaaa", 12, "", true),
		pod("checkout-7d9f6c5b8-bbbbb", 0, "", false),
		pod("checkout-7d9f6c5b8-ccccc", 3, "CrashLoopBackOff, last exit Error, exit 2", false),
	}
	all[0].LastExit = "OOMKilled, exit 137, 11:42"
	all[2].Running = false
	return all
}

func newPicker(w, h int) *picker {
	p := &picker{table: newTable(theme.New(true, colorprofile.NoTTY)), pods: pods{list: somePods(), now: noon}, picked: -1}
	p.theme = func(dark bool) theme.Theme { return theme.New(dark, colorprofile.NoTTY) }
	p.table.SetRows(p.pods)
	p.Update(tea.WindowSizeMsg{Width: w, Height: h})
	return p
}

func TestPickerShowsWhatTellsPodsApart(t *testing.T) {
	for _, size := range []struct{ w, h int }{{40, 10}, {80, 24}, {100, 30}, {200, 60}} {
		text := ansi.Strip(newPicker(size.w, size.h).View().Content)
		lines := strings.Split(text, "\n")
		if len(lines) != size.h {
			t.Errorf("%dx%d: %d lines", size.w, size.h, len(lines))
		}
		for _, l := range lines {
			if format.Width(l) > size.w {
				t.Errorf("%dx%d: %q is too wide", size.w, size.h, l)
			}
		}
		want := []string{"Which of these 3 pods?", "aaaaa", "12", "enter watch"}
		if size.w >= 80 {
			want = append(want, "The cursor is on the one that restarted most.", "ready", "not running", "OOMKilled, exit 137", "512 MiB")
		}
		if size.w >= 100 {
			want = append(want, "OOMKilled, exit 137, 11:42", "3d", "node-a")
		}
		for _, s := range want {
			if !strings.Contains(text, s) {
				t.Errorf("%dx%d lacks %q:\n%s", size.w, size.h, s, text)
			}
		}
	}
}

func TestPickerPicks(t *testing.T) {
	press := func(p *picker, code rune) { p.Update(tea.KeyPressMsg{Code: code}) }
	click := func(p *picker, y int) { p.Update(tea.MouseClickMsg{X: 4, Y: y, Button: tea.MouseLeft}) }
	for name, tc := range map[string]struct {
		do   func(p *picker)
		want int
	}{
		"the proposal": {func(p *picker) { press(p, tea.KeyEnter) }, 0},
		"the second":   {func(p *picker) { press(p, tea.KeyDown); press(p, tea.KeyEnter) }, 1},
		"sorted":       {func(p *picker) { p.table.SetSort("restarts", false); p.table.MoveTo(0); press(p, tea.KeyEnter) }, 1},
		"by mouse":     {func(p *picker) { click(p, 5); click(p, 5) }, 2},
		"none":         {func(p *picker) { press(p, tea.KeyDown); press(p, tea.KeyEscape) }, -1},
	} {
		p := newPicker(100, 30)
		tc.do(p)
		if p.picked != tc.want {
			t.Errorf("%s: picked %d, want %d", name, p.picked, tc.want)
		}
	}
}

// The memory of pods is shown as soon as it is known, and its growth as soon as there
// are two figures of the same process.
func TestPickerShowsWhatPodsUse(t *testing.T) {
	p := newPicker(120, 30)
	screen := func() string { return ansi.Strip(p.View().Content) }
	if strings.Contains(screen(), "MEMORY") || strings.Contains(screen(), "GROWTH") {
		t.Errorf("columns without figures:\n%s", screen())
	}
	use := func(after time.Duration, sets ...int64) {
		list := somePods()
		for i, n := range sets {
			list[i].WorkingSet, list[i].Measured = n<<20, noon.Add(after)
		}
		if after > 0 {
			list[1].Restarts++
		}
		p.Update(measuredMsg(list))
	}
	use(0, 400, 100)
	for _, want := range []string{"MEMORY", "LIMIT%", "400 MiB", "78%"} {
		if !strings.Contains(screen(), want) {
			t.Errorf("no %q on\n%s", want, screen())
		}
	}
	if strings.Contains(screen(), "GROWTH") {
		t.Errorf("a growth of one figure:\n%s", screen())
	}
	use(45*time.Second, 480, 300)
	for _, want := range []string{"GROWTH", "+80.0 MiB in 45s", "94%"} {
		if !strings.Contains(screen(), want) {
			t.Errorf("no %q on\n%s", want, screen())
		}
	}
	if strings.Contains(screen(), "+200 MiB") {
		t.Errorf("the growth of another process:\n%s", screen())
	}
	if p.table.Cursor() != 0 {
		t.Error("the cursor moved")
	}
}

// The cursor moves to the pod that is nearly at its limit, unless the user has moved
// it.
func TestPickerProposesTheFullest(t *testing.T) {
	measured := func(p *picker) {
		list := somePods()
		list[1].WorkingSet, list[1].Measured = 500<<20, noon
		p.Update(measuredMsg(list))
	}
	p := newPicker(100, 30)
	measured(p)
	if text := ansi.Strip(p.View().Content); p.table.Cursor() != 1 || !strings.Contains(text, "The cursor is on the one at 98% of its memory limit.") {
		t.Errorf("the cursor is on row %d:\n%s", p.table.Cursor(), text)
	}
	p = newPicker(100, 30)
	p.Update(tea.KeyPressMsg{Code: tea.KeyDown})
	p.Update(tea.KeyPressMsg{Code: tea.KeyDown})
	measured(p)
	if text := ansi.Strip(p.View().Content); p.table.Cursor() != 2 || strings.Contains(text, "of its memory limit") {
		t.Errorf("the cursor left the user's row for %d:\n%s", p.table.Cursor(), text)
	}
}

func TestAge(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "0s", 0: "0s", 119 * time.Second: "119s", 2 * time.Minute: "2m", 119 * time.Minute: "119m", 2 * time.Hour: "2h", 47 * time.Hour: "47h", 50 * time.Hour: "2d",
	} {
		if got := formatAge(d); got != want {
			t.Errorf("age(%v) = %q, want %q", d, got, want)
		}
	}
}

// Pods of several workloads can be told apart by their names on a narrow screen.
func TestPickerNamesWorkloads(t *testing.T) {
	p := newPicker(80, 24)
	for i, name := range []string{"checkout-7d9f6c5b8-aaaaa", "search-engine-7d9f6c5b8-aaaaa", "web"} {
		p.pods.list[i].Name = name
	}
	p.table.SetRows(p.pods)
	text := ansi.Strip(p.View().Content)
	for _, want := range []string{"checkout", "search", "-aaaaa ", "web "} {
		if !strings.Contains(text, want) {
			t.Errorf("the list lacks %q:\n%s", want, text)
		}
	}
}
