package tui

import (
	"slices"
	"strconv"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/ui/table"
)

// TableKeys returns the keys of a table, as the help shows them.
func TableKeys() KeyGroup {
	g := KeyGroup{Title: "Table"}
	for _, keys := range table.DefaultKeyMap().FullHelp() {
		g.Keys = append(g.Keys, keys...)
	}
	return g
}

// KeyMap is every key of the program that is not a table's own. The help is
// generated from it, in the order of its groups.
type KeyMap struct {
	Open, Back       key.Binding
	NextPart         key.Binding
	NextPane         key.Binding
	PrevPane         key.Binding
	Pane             key.Binding
	Zoom, Palette    key.Binding
	ChartCursor      key.Binding
	ColumnChooser    key.Binding
	Evidence         key.Binding
	Filter           key.Binding
	NextHit, PrevHit key.Binding
	SampleType       key.Binding
	Profile          key.Binding
	Baseline         key.Binding
	DropBaseline     key.Binding
	Pause            key.Binding
	Wider, Narrower  key.Binding
	Export, Copy     key.Binding
	CopyName, Editor key.Binding
	Bundle, WebView  key.Binding
	Collect          key.Binding
	NameCreators     key.Binding
	ProveLeaks       key.Binding
	DumpGoroutines   key.Binding
	Record           key.Binding
	Play             key.Binding // the following keys are for replays
	StepBack, StepOn key.Binding
	Slower, Faster   key.Binding
	PrevEvent        key.Binding
	NextEvent        key.Binding
	Pods             key.Binding
	Help, Quit       key.Binding
	Suspend          key.Binding
}

// Bind makes a binding for keys, shown as label in hints and help.
func Bind(label, help string, keys ...string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(label, help))
}

// DefaultKeyMap returns keys familiar from k9s, less and top, for a screen with the
// given number of panes.
func DefaultKeyMap(panes int) KeyMap {
	return KeyMap{
		Open:           Bind("enter", "open", "enter"),
		Back:           Bind("esc", "back", "esc", "backspace"),
		NextPart:       Bind("←→", "callers, callees, lines", "right", "left", "h", "l"),
		NextPane:       Bind("tab", "next pane", "tab"),
		PrevPane:       Bind("shift+tab", "previous pane", "shift+tab"),
		Pane:           Bind("1-"+strconv.Itoa(panes), "go to pane", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
		Zoom:           Bind("z", "zoom in or out", "z"),
		Palette:        Bind(":", "every command, by name", ":"),
		ChartCursor:    Bind("x", "cursor on the charts", "x"),
		ColumnChooser:  Bind("|", "choose columns", "|"),
		Evidence:       Bind("v", "why: the evidence", "v"),
		Filter:         Bind("/", "filter", "/"),
		NextHit:        Bind("n", "next match", "n"),
		PrevHit:        Bind("N", "previous match", "N"),
		SampleType:     Bind("t", "type", "t"),
		Profile:        Bind("p", "other profiles", "p"),
		Baseline:       Bind("b", "baseline", "b"),
		DropBaseline:   Bind("B", "drop baseline", "B"),
		Pause:          Bind("space", "pause the screen", "space"),
		Wider:          Bind("+", "wider time window", "+", "="),
		Narrower:       Bind("-", "narrower time window", "-"),
		Export:         Bind("e", "export", "e"),
		Copy:           Bind("y", "copy as Markdown", "y"),
		Bundle:         Bind("E", "evidence bundle", "E"),
		WebView:        Bind("w", "pprof's web view", "w"),
		CopyName:       Bind("c", "copy file:line or name", "c"),
		Editor:         Bind("o", "open the source in $EDITOR", "o"),
		Collect:        Bind("C", "collect garbage (asks)", "C"),
		NameCreators:   Bind("T", "trace: creators (asks)", "T"),
		ProveLeaks:     Bind("P", "prove leaks (asks)", "P"),
		DumpGoroutines: Bind("D", "dump goroutines (asks)", "D"),
		Record:         Bind("r", "start or stop recording", "r"),
		Play:           Bind("space", "play or pause", "space"),
		StepBack:       Bind(",", "previous poll", ","),
		StepOn:         Bind(".", "next poll", "."),
		Slower:         Bind("<", "slower", "<"),
		Faster:         Bind(">", "faster", ">"),
		PrevEvent:      Bind("[", "previous event", "["),
		NextEvent:      Bind("]", "next event", "]"),
		Pods:           Bind("a", "another pod", "a"),
		Help:           Bind("?", "help", "?"),
		Quit:           Bind("q", "quit", "q", "ctrl+c"),
		Suspend:        Bind("ctrl+z", "suspend", "ctrl+z"),
	}
}

// Sideways returns -1 if [KeyMap.NextPart] was pressed to the left, 1 if to the
// right.
func Sideways(msg tea.KeyPressMsg) int {
	if s := msg.String(); s == "left" || s == "h" {
		return -1
	}
	return 1
}

// KeyGroup is one block of the help.
type KeyGroup struct {
	Title string
	Keys  []key.Binding
}

// Groups returns the help for the keys that work everywhere, without those that are disabled.
func (k KeyMap) Groups() (out []KeyGroup) {
	for _, g := range k.groups() {
		shown := KeyGroup{Title: g.title}
		for _, b := range g.keys {
			if b.Enabled() {
				shown.Keys = append(shown.Keys, *b)
			}
		}
		if len(shown.Keys) > 0 {
			out = append(out, shown)
		}
	}
	return out
}

// Disable hides keys that have no effect on this screen from the help, the hints and the
// palette.
func (k *KeyMap) Disable(idle ...key.Binding) {
	for _, g := range k.groups() {
		for _, b := range g.keys {
			if slices.ContainsFunc(idle, func(x key.Binding) bool { return x.Help() == b.Help() }) {
				b.SetEnabled(false)
			}
		}
	}
}

// ReplayKeys are the keys of a replay.
func (k KeyMap) ReplayKeys() []key.Binding {
	return []key.Binding{k.Play, k.StepBack, k.StepOn, k.Slower, k.Faster, k.PrevEvent, k.NextEvent}
}

// keyGroup is a block of the help, with the fields of a [KeyMap].
type keyGroup struct {
	title string
	keys  []*key.Binding
}

func (k *KeyMap) groups() []keyGroup {
	return []keyGroup{
		{"Move", []*key.Binding{&k.Open, &k.Back, &k.NextPart, &k.NextPane, &k.PrevPane, &k.Pane, &k.Zoom, &k.Palette}},
		{"Look", []*key.Binding{&k.Evidence, &k.Filter, &k.NextHit, &k.PrevHit, &k.SampleType, &k.Wider, &k.Narrower, &k.Pause, &k.ChartCursor, &k.ColumnChooser}},
		{"Compare", []*key.Binding{&k.Baseline, &k.DropBaseline}},
		{"Export", []*key.Binding{&k.CopyName, &k.Editor, &k.Export, &k.Copy, &k.Bundle, &k.WebView, &k.Record}},
		{"Ask the target", []*key.Binding{&k.Profile, &k.Collect, &k.NameCreators, &k.ProveLeaks, &k.DumpGoroutines, &k.Pods}},
		{"In a replay", []*key.Binding{&k.Play, &k.StepBack, &k.StepOn, &k.Slower, &k.Faster, &k.PrevEvent, &k.NextEvent}},
		{"Program", []*key.Binding{&k.Help, &k.Suspend, &k.Quit}},
	}
}
