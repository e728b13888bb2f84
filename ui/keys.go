package ui

import (
	"strconv"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// KeyMap is every key of the program that is not a table's own. The help is
// made from it, in the order of its groups.
type KeyMap struct {
	Open, Back        key.Binding
	NextPart          key.Binding
	NextPane          key.Binding
	PrevPane          key.Binding
	Pane              key.Binding
	Evidence          key.Binding
	Filter            key.Binding
	NextHit, PrevHit  key.Binding
	SampleType        key.Binding
	Profile           key.Binding
	Baseline          key.Binding
	DropBaseline      key.Binding
	Pause             key.Binding
	Wider, Narrower   key.Binding
	Export, Copy      key.Binding
	Bundle, HandOver  key.Binding
	Collect           key.Binding
	Creators          key.Binding
	Prove             key.Binding
	Dump              key.Binding
	Record            key.Binding
	Play              key.Binding // the rest of these are for replays
	StepBack, StepOn  key.Binding
	Slower, Faster    key.Binding
	PrevEvent         key.Binding
	NextEvent         key.Binding
	Pods              key.Binding
	Help, Quit, Sleep key.Binding
}

// bind makes a binding for keys, shown as label in hints and help.
func bind(label, help string, keys ...string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(label, help))
}

// DefaultKeyMap returns the keys as k9s, less and top have taught them, for a
// screen with so many panes.
func DefaultKeyMap(panes int) KeyMap {
	return KeyMap{
		Open:         bind("enter", "open", "enter"),
		Back:         bind("esc", "back", "esc", "backspace"),
		NextPart:     bind("←→", "callers, callees, lines", "right", "left", "h", "l"),
		NextPane:     bind("tab", "next pane", "tab"),
		PrevPane:     bind("shift+tab", "previous pane", "shift+tab"),
		Pane:         bind("1-"+strconv.Itoa(panes), "go to pane", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
		Evidence:     bind("v", "why: the evidence", "v"),
		Filter:       bind("/", "filter", "/"),
		NextHit:      bind("n", "next hit", "n"),
		PrevHit:      bind("N", "previous hit", "N"),
		SampleType:   bind("t", "type", "t"),
		Profile:      bind("p", "other profiles", "p"),
		Baseline:     bind("b", "baseline", "b"),
		DropBaseline: bind("B", "drop baseline", "B"),
		Pause:        bind("space", "pause the table", "space"),
		Wider:        bind("+", "wider time window", "+", "="),
		Narrower:     bind("-", "narrower time window", "-"),
		Export:       bind("e", "export", "e"),
		Copy:         bind("y", "copy as Markdown", "y"),
		Bundle:       bind("E", "evidence bundle", "E"),
		HandOver:     bind("w", "pprof's web view", "w"),
		Collect:      bind("G", "collect now", "G"),
		Creators:     bind("T", "trace: who starts them", "T"),
		Prove:        bind("L", "prove leaks", "L"),
		Dump:         bind("D", "dump: state, since when", "D"),
		Record:       bind("r", "record, or stop", "r"),
		Play:         bind("space", "play, or pause", "space"),
		StepBack:     bind(",", "a poll back", ","),
		StepOn:       bind(".", "a poll on", "."),
		Slower:       bind("<", "slower", "<"),
		Faster:       bind(">", "faster", ">"),
		PrevEvent:    bind("[", "event before", "["),
		NextEvent:    bind("]", "next event", "]"),
		Pods:         bind("o", "another pod", "o"),
		Help:         bind("?", "help", "?"),
		Quit:         bind("q", "quit", "q", "ctrl+c"),
		Sleep:        bind("ctrl+z", "suspend", "ctrl+z"),
	}
}

// sideways is -1 for [KeyMap.NextPart] to the left, 1 for it to the right.
func sideways(msg tea.KeyPressMsg) int {
	if s := msg.String(); s == "left" || s == "h" {
		return -1
	}
	return 1
}

// keyGroup is one block of the help.
type keyGroup struct {
	title string
	keys  []key.Binding
}

// groups is the help of the keys that work everywhere.
func (k KeyMap) groups() []keyGroup {
	return []keyGroup{
		{"Move", []key.Binding{k.Open, k.Back, k.NextPart, k.NextPane, k.PrevPane, k.Pane}},
		{"Look", []key.Binding{k.Evidence, k.Filter, k.NextHit, k.PrevHit, k.SampleType, k.Wider, k.Narrower, k.Pause}},
		{"Compare", []key.Binding{k.Baseline, k.DropBaseline}},
		{"Take away", []key.Binding{k.Export, k.Copy, k.Bundle, k.HandOver, k.Record}},
		{"Ask the target", []key.Binding{k.Profile, k.Collect, k.Creators, k.Prove, k.Dump, k.Pods}},
		{"In a replay", []key.Binding{k.Play, k.StepBack, k.StepOn, k.Slower, k.Faster, k.PrevEvent, k.NextEvent}},
		{"Program", []key.Binding{k.Help, k.Sleep, k.Quit}},
	}
}
