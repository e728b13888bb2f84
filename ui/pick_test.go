package ui

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/kube"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// somePods are pods in the order in which package kube finds them.
func somePods() []kube.Candidate {
	pod := func(name string, restarts int, reason string, ready bool) kube.Candidate {
		return kube.Candidate{
			Namespace: "shop", Name: name, Phase: "Running", Running: true, Ready: ready, Restarts: restarts, Reason: reason,
			Created: noon.Add(-3 * 24 * time.Hour), Limit: 512 << 20, Node: "node-a.example",
		}
	}
	all := []kube.Candidate{
		pod("checkout-7d9f6c5b8-aaaaa", 12, "last exit OOMKilled, exit 137, 11:42", true),
		pod("checkout-7d9f6c5b8-bbbbb", 0, "", false),
		pod("checkout-7d9f6c5b8-ccccc", 3, "CrashLoopBackOff, last exit Error, exit 2", false),
	}
	all[2].Running = false
	return all
}

func newPicker(w, h int) *picker {
	p := &picker{table: newPodTable(theme.New(true, colorprofile.NoTTY)), pods: pods{list: somePods(), now: noon}, picked: -1}
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
			want = append(want, "The one restarted most is proposed.", "ready", "not running", "OOMKilled, exit 137", "512 MiB")
		}
		if size.w >= 100 {
			want = append(want, "OOMKilled, exit 137, 11:42", "3d", "a.example")
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

func TestAge(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "0s", 0: "0s", 119 * time.Second: "119s", 2 * time.Minute: "2m", 119 * time.Minute: "119m", 2 * time.Hour: "2h", 47 * time.Hour: "47h", 50 * time.Hour: "2d",
	} {
		if got := age(d); got != want {
			t.Errorf("age(%v) = %q, want %q", d, got, want)
		}
	}
}

// several is a source that stands for several pods.
type several struct {
	files
	all     []kube.Candidate
	asked   error
	refused error
	chosen  string
}

func (s *several) Choices(context.Context) ([]kube.Candidate, error) { return s.all, s.asked }
func (s *several) Chosen() string                                    { return s.chosen }

func (s *several) Choose(_ context.Context, c kube.Candidate) error {
	if s.refused == nil {
		s.chosen = place(c)
	}
	return s.refused
}

func TestSwitchToAnotherPod(t *testing.T) {
	src := &several{files: typical, all: somePods(), chosen: "shop/checkout-7d9f6c5b8-bbbbb"}
	s := newScreen(t, src, 100, 30)
	s.press("enter", "o")
	s.wants("bbbbb • watched", "enter watch this one")
	src.refused = errors.New("find pprof in pod aaaaa: no port serves it")
	s.press("up", "enter")
	s.wants("no port serves it; the watch goes on as before")
	if src.chosen != "shop/checkout-7d9f6c5b8-bbbbb" {
		t.Errorf("a refused choice: %s", src.chosen)
	}
	src.refused = nil
	s.press("enter")
	s.wants("Watching checkout-7d9f6c5b8-aaaaa now.")
	if src.chosen != "shop/checkout-7d9f6c5b8-aaaaa" || len(s.m.path) != 0 {
		t.Errorf("chosen %s, path %q", src.chosen, s.m.crumbs())
	}
	src.asked = errors.New("find deploy/checkout: pods is forbidden")
	s.press("o")
	s.wants("find deploy/checkout: pods is forbidden")
}

func TestOnePodHasNoOther(t *testing.T) {
	s := newScreen(t, typical, 100, 30)
	s.press("o")
	s.wants("This target is one process")
}

func TestVerdictOfThePodBefore(t *testing.T) {
	sh := &shared{theme: theme.New(true, colorprofile.NoTTY), keys: DefaultKeyMap(len(panes))}
	sh.state = session.State{BeforeName: "shop/a :6060", Facts: profile.Facts{Name: "shop/a :6060"}}
	sh.state.Before.Suspects = []leak.Suspect{{Sentence: "main.hold keeps all"}}
	if got := beforeWhat(sh); got != "before the restart" {
		t.Errorf("same pod: %q", got)
	}
	sh.state.Facts.Name = "shop/b :6060"
	if got := beforeWhat(sh); got != "on the pod before" {
		t.Errorf("another pod: %q", got)
	}
	// It is written as it is shown.
	want := export.Sentence{Head: "on the pod before", Text: "main.hold keeps all"}
	if got := sentences(sh); !slices.Contains(got, want) {
		t.Errorf("exported %q, want %q", got, want)
	}
}

// A reason that says by itself what was done, as package kube's do, has nothing
// put before it.
func TestExplainWithoutWhat(t *testing.T) {
	if got := explain(&source.Problem{Why: "reach port 1 of pod x: connection refused", Next: "name the port"}); got != "reach port 1 of pod x: connection refused · name the port" {
		t.Errorf("got %q", got)
	}
}

func TestLimitIsShownWhenItIsLearnt(t *testing.T) {
	s := newScreen(t, typical, 100, 30)
	st := s.m.sh.state
	st.Facts.Limit, st.Facts.LimitFrom = 512<<20, "pod"
	s.shows(st)
	s.wants("of 512 MiB")
}
