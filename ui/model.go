package ui

import (
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/record"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/overview"
	"github.com/leaktop/leaktop/ui/tui/pods"
	"github.com/leaktop/leaktop/ui/tui/terminal"
	"github.com/leaktop/leaktop/ui/tui/webview"
)

// Model is the live view of one watch.
type Model struct {
	vc       *tui.ViewContext
	watch    *session.Session
	colors   colorprofile.Profile
	ascii    bool
	width    int
	height   int
	layout   layout
	overview *overview.Model
	panes    []tui.Page
	pane     int
	path     []tui.Page // pages opened one from another, below the pane
	prompt   textinput.Model
	asking   bool
	helping  bool
	helpTop  int
	menu     *menu
	question *question
	job      *job
	rebasing []bool // baselines to be set, or dropped: the first is seen to
	traces   int    // seconds of the next trace; 0 for the usual
	save     *saving
	handed   *webview.Server // pprof's web view, nil for none
	handing  bool            // it is being opened
	toast    string          // the last thing said at the bottom
	toastBad bool
	again    bool // the key for evidence was told why the row is no suspect
	record   record.Options
	defect   *session.Panic          // of a command, that ended the view
	frame    string                  // the finished screen; empty when it must be drawn anew
	pace     *terminal.FrameThrottle // of the renderer, nil for none
}

// New makes the view of a watch for a terminal with these colours. ascii says
// that the terminal shows no Unicode.
func New(w *session.Session, colors colorprofile.Profile, ascii bool) *Model {
	m := &Model{watch: w, colors: colors, ascii: ascii, prompt: textinput.New()}
	m.vc = tui.NewContext(m.themeFor(true), w.State().History, len(panes))
	m.prompt.Prompt = "/"
	m.overview = overview.New(m.vc)
	for _, p := range panes {
		m.panes = append(m.panes, p.make(m.vc))
	}
	return m
}

// stateMsg brings a new state of the watch; ok is false when there are no more.
type stateMsg struct {
	state session.State
	ok    bool
}

// nextState waits for the watch.
func (m *Model) nextState() tea.Cmd {
	updates := m.watch.Updates()
	return func() tea.Msg {
		st, ok := <-updates
		return stateMsg{st, ok}
	}
}

// Init begins to follow the watch, and asks the terminal for its background.
func (m *Model) Init() tea.Cmd {
	return tea.Batch(m.nextState(), tea.RequestBackgroundColor)
}

// Update hands the message on, and sees to what its commands do.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	m.frame = ""
	return m, guarded(m.handle(msg))
}

// handle finds who is meant.
func (m *Model) handle(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case *session.Panic:
		m.defect = msg
		return tea.Quit
	case tea.WindowSizeMsg:
		return m.resize(msg.Width, msg.Height)
	case tea.BackgroundColorMsg:
		m.retheme(msg.IsDark())
		return nil
	case stateMsg:
		return m.take(msg)
	case fetchedMsg:
		return m.fetched(msg)
	case answeredMsg:
		return m.answered(msg)
	case jobTickMsg:
		return m.ticked(msg)
	case baselineMsg:
		return m.baselined(msg)
	case progressMsg:
		return m.progress(msg)
	case recordedMsg:
		m.recorded(msg)
		return nil
	case pods.ChosenMsg:
		return m.switched(msg)
	case documentMsg:
		m.documented(msg)
		return nil
	case savedMsg:
		m.saved(msg)
		return nil
	case savingMsg:
		return msg.to.ticked()
	case handedMsg:
		return m.handedOver(msg)
	case copiedMsg:
		return m.copied(msg)
	case tea.PasteMsg:
		return m.paste(msg)
	case tea.KeyPressMsg:
		return m.key(msg)
	case tea.MouseMsg:
		return m.mouse(msg)
	}
	return m.everyPage(msg)
}

// everyPage hands a message to all pages: rows find their list by its number.
func (m *Model) everyPage(msg tea.Msg) tea.Cmd {
	var cmds []tea.Cmd
	for _, p := range m.panes {
		cmds = append(cmds, p.Update(msg))
	}
	for _, p := range m.path {
		cmds = append(cmds, p.Update(msg))
	}
	return tea.Batch(cmds...)
}

// page is the one on screen.
func (m *Model) page() tui.Page {
	if n := len(m.path); n > 0 {
		return m.path[n-1]
	}
	return m.panes[m.pane]
}

func (m *Model) resize(w, h int) tea.Cmd {
	m.width, m.height = w, h
	m.layout = newLayout(w, h)
	m.overview.Resize(m.layout.overview)
	m.page().Resize(m.layout.body)
	m.prompt.SetWidth(max(1, w-4))
	if m.save != nil {
		m.save.resize(w)
	}
	return nil
}

// themeFor is the theme for a background on this terminal.
func (m *Model) themeFor(dark bool) theme.Theme {
	t := theme.New(dark, m.colors)
	t.ASCII = m.ascii
	return t
}

func (m *Model) retheme(dark bool) {
	m.vc.Theme = m.themeFor(dark)
	m.overview.SetTheme(m.vc.Theme)
	for _, p := range append(append([]tui.Page(nil), m.panes...), m.path...) {
		if t, ok := p.(tui.Themed); ok {
			t.SetTheme(m.vc.Theme)
		}
	}
}

// take shows a new state.
func (m *Model) take(msg stateMsg) tea.Cmd {
	if !msg.ok {
		return nil
	}
	fresh := msg.state.Revision != m.vc.State.Revision || msg.state.Restarts != m.vc.State.Restarts || len(msg.state.Events) != len(m.vc.State.Events) ||
		msg.state.Facts != m.vc.State.Facts || // the limit, for one
		len(msg.state.Heap)+len(msg.state.Goroutines) == 0 // why nothing has come yet
	if msg.state.Revision < m.vc.State.Revision {
		return m.nextState() // what a key did since is on screen already
	}
	before := m.vc.State
	m.setState(msg.state)
	if t := msg.state.Status.Time; t.After(m.vc.Now) {
		m.vc.Now = t
	}
	if msg.state.Now.After(m.vc.Now) {
		m.vc.Now = msg.state.Now
	}
	cmds := []tea.Cmd{m.nextState(), m.followReplay(before)}
	m.learnTypes()
	m.loseBaseline()
	if fresh || m.overview.OutOfDate() != m.overview.Late {
		m.overview.Refresh()
	}
	if fresh && !m.vc.Paused {
		cmds = append(cmds, m.page().Refresh(false))
	}
	return tea.Batch(cmds...)
}

// setState makes a state the one on screen.
func (m *Model) setState(st session.State) {
	m.vc.State = st
	if st.History != nil {
		m.vc.History = st.History
	}
}

// learnTypes finds out which sample types the chosen profile has. The last is
// the one that is looked at most, by pprof's convention, so they are turned.
func (m *Model) learnTypes() {
	s, _ := m.vc.History.Latest(m.vc.Kind)
	if s == nil {
		return
	}
	m.vc.Types = slices.Clone(s.Types)
	slices.Reverse(m.vc.Types)
	if m.vc.Sample == "" {
		m.vc.Sample = firstType(s, m.vc.Kind.Info().SampleType)
	}
}

// firstType is the sample type shown first: the kind's, else the profile's own.
func firstType(s *profile.Snapshot, wanted string) string {
	for _, t := range s.Types {
		if t.Name == wanted {
			return wanted
		}
	}
	return s.Types[s.Default].Name
}

// show brings a page on screen.
func (m *Model) show() tea.Cmd {
	p := m.page()
	p.Resize(m.layout.body)
	return p.Refresh(true)
}

// say puts a line at the bottom, until the next key.
func (m *Model) say(bad bool, text string) {
	m.toast, m.toastBad = format.Clean(text), bad
}

// now is the time of the newest message that told one.
func (m *Model) now() time.Time { return m.vc.Now }

// crumbs is the path from the pane to the page on screen.
func (m *Model) crumbs() string { return strings.Join(m.steps(), " "+theme.SymbolPath+" ") }

// steps are the titles of the pane and of the pages opened below it.
func (m *Model) steps() []string {
	names := []string{m.panes[m.pane].Title()}
	for _, p := range m.path {
		names = append(names, p.Title())
	}
	return names
}
