package ui

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/fleet"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/record"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/overlay"
	"github.com/leaktop/leaktop/ui/tui/overview"
	"github.com/leaktop/leaktop/ui/tui/terminal"
)

// opener is the live view of several processes that are watched as a fleet: a screen that
// lists them, and the [Model] of each that was opened, which stays as the user left it.
type opener struct {
	*core       // without a session: its pages are about all of them
	list        listed
	common      []openerBinding // the keys of every list
	fleet       *fleet.Fleet
	moves       moveAction
	appearance  *appearance
	preferences Preferences
	recorder    record.Options
	screenH     int               // the height of the screen, in lines
	members     map[string]*Model // opened so far, by ID
	opened      *Model            // on screen; nil for the list
	pending     string            // ID of the member to open when its session has begun; empty for none
	held        *fleet.State      // the newest state while the screen is paused; nil for none
	panicked    *session.Panic
	frame       string
	throttle    *terminal.FrameThrottle
}

// listed is the part of an opener that differs between lists.
type listed interface {
	// setFleet is called with each state of the fleet that is shown.
	setFleet(vc *tui.ViewContext, st fleet.State)
	// start returns the command that begins to follow it, nil for none.
	start() tea.Cmd
	// apply handles a message of its own; handled is false for any other.
	apply(msg tea.Msg) (cmd tea.Cmd, handled bool)
	// bindings are its keys in addition to those of every list.
	bindings() []openerBinding
	// layOut divides the screen. Without tabs, their line is not on it.
	layOut(w, h int) screenLayout
	// paneNames are the tabs; one pane alone has none.
	paneNames() []string
	// drawTop draws what is above the tabs.
	drawTop() []string
	// name is what is listed, for the header of a member and the window's title.
	name() string
	// noun is what a member is called.
	noun() string
	// returnFrom is called when the user returns to it from the view of a member.
	returnFrom(v *Model)
	// newDocument returns a document with the text above the page.
	newDocument(title string) export.Document
}

// newOpener returns a list of the members of a fleet, without panes as yet.
func newOpener(f *fleet.Fleet, list listed, panes int, colors colorprofile.Profile, ascii bool) *opener {
	c := &core{}
	o := &opener{core: c, list: list, common: openerBindings, fleet: f, moves: moveAction{c}, appearance: newAppearance(c, colors, ascii), members: map[string]*Model{}}
	c.vc = tui.NewContext(o.appearance.newTheme(), profile.NewHistoryBuilder().History(), panes)
	c.vc.State.Facts.Name = f.Name()
	c.overview = overview.New(c.vc)
	c.overlays = overlay.NewStack(c.vc, c.reportStatus)
	c.keys = c.vc.Keys
	o.setState(f.State())
	return o
}

// fleetMsg carries a new state of the fleet; ok is false if there are no more.
type fleetMsg struct {
	state fleet.State
	ok    bool
}

func (o *opener) nextState() tea.Cmd {
	updates := o.fleet.Updates()
	return func() tea.Msg {
		st, ok := <-updates
		return fleetMsg{st, ok}
	}
}

// disableIdleKeys hides the keys that do nothing on the list.
func (o *opener) disableIdleKeys() {
	o.vc.Keys = o.keys
	var own []key.Help
	for _, b := range o.allBindings() {
		own = append(own, b.key(o.keys).Help())
	}
	for _, k := range append(keysOfOne(o.keys), o.keys.ReplayKeys()...) {
		if !slices.Contains(own, k.Help()) {
			o.vc.Keys.Disable(k)
		}
	}
	if !o.hasTabs() {
		o.vc.Keys.Disable(o.keys.NextPane, o.keys.PrevPane, o.keys.Pane)
	}
	if slices.Contains(own, o.keys.Play.Help()) {
		o.vc.Keys.Disable(o.keys.Pause) // the key plays
	}
	o.vc.Keys.Disable(o.keys.NextPart)
}

// Init starts to follow the fleet, and queries the terminal's background color.
func (o *opener) Init() tea.Cmd {
	o.disableIdleKeys()
	return tea.Batch(o.nextState(), o.list.start(), tea.RequestBackgroundColor, o.currentPage().Refresh(true))
}

// Update routes a message, and turns a panic of its commands into a message.
func (o *opener) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	o.frame = ""
	before := o.status.count
	cmd := o.route(msg)
	if o.status.count != before {
		cmd = tea.Batch(cmd, o.status.expireSoon())
	}
	return o, guardCommand(cmd)
}

// route dispatches a message: keys and the mouse to what is on screen, everything else
// to all views, each of which knows its own.
func (o *opener) route(msg tea.Msg) tea.Cmd {
	if cmd, handled := o.list.apply(msg); handled {
		return cmd
	}
	switch msg := msg.(type) {
	case *session.Panic:
		o.panicked = msg
		return tea.Quit
	case tui.Reply:
		return msg.Apply()
	case statusOverMsg:
		o.status.expire(msg)
	case fleetMsg:
		if !msg.ok {
			return nil
		}
		if o.vc.Paused {
			o.held = &msg.state
			return tea.Batch(o.nextState(), o.openPending())
		}
		o.setState(msg.state)
		o.disableIdleKeys() // a replay may have begun
		return tea.Batch(o.nextState(), o.refreshPage(false), o.openPending())
	case tea.KeyPressMsg:
		if o.opened != nil {
			return o.passOn(msg)
		}
		return o.routeKey(msg)
	case tea.MouseMsg:
		if o.opened != nil {
			return o.passOn(msg)
		}
		return o.routeMouse(msg)
	case tea.WindowSizeMsg:
		o.width, o.screenH = msg.Width, msg.Height
		o.layout = o.list.layOut(msg.Width, msg.Height)
		o.currentPage().Resize(o.layout.body)
	case tea.BackgroundColorMsg:
		o.appearance.setBackground(msg.IsDark())
	}
	return o.broadcast(msg)
}

// broadcast passes a message to all pages and views.
func (o *opener) broadcast(msg tea.Msg) tea.Cmd {
	cmds := []tea.Cmd{o.overlays.Update(msg)}
	for _, p := range o.nav.allPages() {
		cmds = append(cmds, p.Update(msg))
	}
	for _, v := range o.members {
		_, cmd := v.Update(msg)
		cmds = append(cmds, cmd)
	}
	return tea.Batch(cmds...)
}

// passOn passes input to the view that is on screen.
func (o *opener) passOn(msg tea.Msg) tea.Cmd {
	_, cmd := o.opened.Update(msg)
	return cmd
}

// setState shows a new state of the fleet.
func (o *opener) setState(st fleet.State) {
	wasLong := o.vc.Fleet != nil && format.NeedsDays(o.vc.WatchTime())
	o.vc.Fleet = &st
	o.list.setFleet(o.vc, st)
	if o.fleet.IsRecorded() && !wasLong && format.NeedsDays(o.vc.WatchTime()) {
		o.vc.Window = 0 // profiles from days are too far apart for a window
	}
	if st.Now.After(o.vc.Now) {
		o.vc.Now = st.Now
	}
}

// newestFleet returns the newest state, even if a paused screen does not show it.
func (o *opener) newestFleet() *fleet.State {
	if o.held != nil {
		return o.held
	}
	return o.vc.Fleet
}

// togglePause freezes the screen, or resumes.
func (o *opener) togglePause(tea.KeyPressMsg) tea.Cmd {
	if st := o.held; st != nil {
		o.held = nil
		o.setState(*st)
	}
	return valueAction{o.core}.togglePause()
}

// refreshPage updates the page, unless it is paused or not on screen.
func (o *opener) refreshPage(force bool) tea.Cmd {
	if o.opened != nil || o.vc.Paused && !force {
		return nil
	}
	return o.currentPage().Refresh(force)
}

// openMember shows the view of a member, as the user left it. If the member is not
// watched yet, its view opens as soon as it is.
func (o *opener) openMember(id string) tea.Cmd {
	member, ok := o.newestFleet().Find(id)
	switch {
	case !ok:
		o.reportStatus(false, "This one is no longer in the list.")
		return nil
	case member.Session() == nil && member.Err != nil:
		o.reportStatus(true, format.Capitalize(tui.Explain(member.Err)))
		return nil
	case member.Session() == nil:
		o.pending = id
		o.reportStatus(false, "Connecting to "+format.Clean(member.Name)+": it opens when it answers.")
		return nil
	}
	return o.showSession(member)
}

// openPending opens the member that the user wants to see, if its session has begun.
func (o *opener) openPending() tea.Cmd {
	member, ok := o.newestFleet().Find(o.pending)
	if !ok || o.opened != nil || member.Session() == nil && member.Err == nil {
		return nil
	}
	o.pending = ""
	o.status.clear()
	return o.openMember(member.ID)
}

// showSession shows the view of a member that has a session.
func (o *opener) showSession(member fleet.Member) tea.Cmd {
	s := member.Session()
	if s.Player() == nil {
		s.SetJudgeEvery(0) // the user looks at it: judge every poll
	}
	if v := o.members[member.ID]; v != nil && v.session == s {
		o.opened = v
		return nil
	}
	v := newModel(s, o.appearance.colors, o.appearance.ascii)
	v.recordWith(o.recorder)
	v.fleet = &fleetOf{name: o.list.name(), leave: o.closeMember}
	v.throttle, v.status.later = o.throttle, o.status.later
	own := o.preferences
	own.Warnings = nil // the list has shown them
	v.appearance.applyPreferences(own)
	v.status.clear()
	v.appearance.inherit(o.appearance)
	o.members[member.ID], o.opened = v, v
	v.vc.Window = o.vc.Window // the time that its row shows
	v.setSize(o.width, o.screenH)
	return tea.Batch(v.setState(stateMsg{v, s.State(), true}), v.currentPage().Refresh(true))
}

// closeMember returns to the list.
func (o *opener) closeMember() tea.Cmd {
	left := o.opened
	o.opened = nil
	o.list.returnFrom(left)
	return o.showPage()
}
