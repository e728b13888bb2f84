package overlay

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"github.com/sahilm/fuzzy"

	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// Command is one entry of the palette.
type Command struct {
	Name    string   // "window"
	Args    string   // what follows the name: "DURATION"; empty for none
	Choices []string // the usual arguments
	Key     string   // the key with the same effect; empty for none
	About   string
	Run     func(arg string) tea.Cmd
}

// Palette finds commands by name.
type Palette struct {
	stack  *Stack
	all    []Command
	input  textinput.Model
	found  []Command // that match what is typed, best first
	cursor int
}

// OpenPalette opens the palette with some commands.
func (s *Stack) OpenPalette(all []Command) tea.Cmd {
	p := &Palette{stack: s, all: all, input: newInput(":", "")}
	p.input.SetWidth(40)
	p.search()
	s.Open(p)
	return p.input.Focus()
}

// split returns the name and the argument that are typed.
func (p *Palette) split() (name, arg string) {
	name, arg, _ = strings.Cut(strings.TrimLeft(p.input.Value(), " "), " ")
	return name, strings.TrimSpace(arg)
}

// search finds the commands for the typed text: the one with that name, if an argument
// follows, or else all whose names or descriptions match.
func (p *Palette) search() {
	p.cursor = 0
	text := strings.TrimSpace(p.input.Value())
	name, _ := p.split()
	if i := slices.IndexFunc(p.all, func(c Command) bool { return c.Name == name }); i >= 0 && strings.Contains(p.input.Value(), " ") {
		p.found = p.all[i : i+1]
		return
	}
	if text == "" {
		p.found = p.all
		return
	}
	names := make([]string, len(p.all))
	for i, c := range p.all {
		names[i] = c.Name + " " + c.About
	}
	p.found = nil
	hits := fuzzy.Find(text, names)
	slices.SortStableFunc(hits, func(a, b fuzzy.Match) int { return rankMatch(p.all[a.Index], text) - rankMatch(p.all[b.Index], text) })
	for _, h := range hits {
		p.found = append(p.found, p.all[h.Index])
	}
}

// rankMatch orders matches: names that equal the text, begin with it or contain it come
// before others.
func rankMatch(c Command, text string) int {
	switch {
	case c.Name == text:
		return 0
	case strings.HasPrefix(c.Name, text):
		return 1
	case strings.Contains(c.Name, text):
		return 2
	case strings.Contains(c.About, text):
		return 3
	}
	return 4
}

// Key edits what is typed, moves among the matches and runs one.
func (p *Palette) Key(msg tea.KeyPressMsg) (tea.Cmd, bool) {
	switch s := msg.String(); {
	case s == "ctrl+c" || s == "esc" || s == "backspace" && p.input.Value() == "":
		p.stack.Close(p)
	case s == "up" || s == "ctrl+p" || s == "shift+tab":
		p.cursor = max(0, p.cursor-1)
	case s == "down" || s == "ctrl+n":
		p.cursor = min(max(0, len(p.found)-1), p.cursor+1)
	case s == "tab":
		p.complete()
	case s == "enter":
		return p.run(), true
	default:
		return p.edit(msg), true
	}
	return nil, true
}

// edit passes typed or pasted text to the input.
func (p *Palette) edit(msg tea.Msg) (cmd tea.Cmd) {
	p.input, cmd = p.input.Update(msg)
	p.search()
	return cmd
}

// complete writes the name of the chosen command, or its next usual argument.
func (p *Palette) complete() {
	if len(p.found) == 0 {
		return
	}
	c := p.found[p.cursor]
	name, arg := p.split()
	text := c.Name
	if c.Args != "" {
		text += " "
		if name == c.Name && len(c.Choices) > 0 {
			i := slices.Index(c.Choices, arg)
			if i < 0 {
				i = slices.IndexFunc(c.Choices, func(s string) bool { return arg != "" && strings.HasPrefix(s, arg) }) - 1
			}
			text += c.Choices[(max(i, -1)+1)%len(c.Choices)]
		}
	}
	p.input.SetValue(text)
	p.input.CursorEnd()
	p.search()
}

// run closes the palette and runs the chosen command; one that needs an argument is
// completed first.
func (p *Palette) run() tea.Cmd {
	if len(p.found) == 0 {
		p.stack.say(true, "No command matches.")
		return nil
	}
	c := p.found[p.cursor]
	name, arg := p.split()
	if name != c.Name {
		arg = ""
	}
	if c.Args != "" && arg == "" && !strings.HasPrefix(c.Args, "[") {
		p.complete()
		return nil
	}
	p.stack.Close(p)
	return c.Run(arg)
}

// Mouse does nothing: a click must not reach the page below.
func (p *Palette) Mouse(tea.MouseMsg) bool { return true }

// Update handles pasted text.
func (p *Palette) Update(msg tea.Msg) tea.Cmd {
	if paste, ok := msg.(tea.PasteMsg); ok {
		return p.edit(paste)
	}
	return nil
}

// Lines draws the matches with their keys and, if the line of the chosen one is too
// short for its description, the whole description below them.
func (p *Palette) Lines(w, h int) []string {
	t := p.stack.vc.Theme
	out := []string{" " + t.Render(theme.Title, "Commands") + t.Render(theme.Dim, "  type part of a name")}
	const nameWidth, keyWidth = 26, 10
	room := max(0, w-nameWidth-keyWidth-7)
	var more []string
	if p.cursor < len(p.found) {
		if about := p.found[p.cursor].describe(); format.Width(about) > room {
			more = format.WrapIndented(about, w-2, " ")
			more = more[:min(len(more), max(0, h-4))]
		}
	}
	end := h - len(more)
	first := max(0, p.cursor-max(1, end-2))
	for i := first; i < len(p.found) && len(out) < end; i++ {
		c := p.found[i]
		name := format.Pad(strings.TrimSpace(c.Name+" "+c.Args), nameWidth)
		about := format.Fit(c.describe(), room)
		if i == p.cursor {
			out = append(out, t.RenderSelected(theme.Plain, format.Pad(" "+theme.SymbolCursor+" "+name+" "+format.Pad(c.Key, keyWidth)+" "+about, w)))
		} else {
			out = append(out, "   "+name+" "+t.Render(theme.Key, format.Pad(c.Key, keyWidth))+" "+t.Render(theme.Dim, about))
		}
	}
	if len(p.found) == 0 {
		out = append(out, "   "+t.Render(theme.Dim, "Nothing matches."))
	}
	return append(tui.Fill(out, w, end), tui.Fill(tui.Dim(t, more), w, len(more))...)
}

// describe returns what a command does, with its usual arguments.
func (c Command) describe() string {
	if len(c.Choices) == 0 {
		return c.About
	}
	return c.About + ": " + strings.Join(c.Choices, ", ")
}

// Footer returns what is typed, and the keys.
func (p *Palette) Footer(w int) []string {
	keys := tui.HintLine(p.stack.vc.Theme, []key.Binding{
		tui.Bind("enter", "run", "enter"), tui.Bind("tab", "complete", "tab"), tui.Bind("esc", "close", "esc"),
	}, nil, w/2)
	left := " " + p.input.View()
	return []string{format.Pad(left, w-format.Width(keys)-1) + keys + " "}
}
