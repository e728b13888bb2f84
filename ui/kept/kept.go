// Package kept keeps what was drawn until something changes, since Bubble Tea
// asks for the view after every message.
package kept

// View is a drawn view inside of a model that is passed by value. The zero View
// keeps nothing until Changed was called once.
type View struct {
	version int
	last    *last
}

// last is shared by the copies of a model. It gives out the versions, so that
// two copies that went apart have different ones, and never each other's view.
type last struct {
	next, version int
	view          string
}

// Changed makes the next Get draw anew.
func (v *View) Changed() {
	if v.last == nil {
		v.last = &last{}
	}
	v.last.next++
	v.version = v.last.next
}

// Get returns the view, and draws it if it has changed.
func (v View) Get(draw func() string) string {
	if v.last == nil {
		return draw()
	}
	if v.last.version != v.version {
		v.last.view, v.last.version = draw(), v.version
	}
	return v.last.view
}
