// Package kept caches a drawn view until something changes, because Bubble Tea
// requests the view after every message.
package kept

// View caches the drawn view of a model that is passed by value. The zero View
// caches nothing until Changed has been called.
type View struct {
	version int
	last    *last
}

// last is shared by the copies of a model. It numbers their versions, so that
// copies that have diverged never get each other's view.
type last struct {
	next, version int
	view          string
}

// Changed makes the next Get draw the view.
func (v *View) Changed() {
	if v.last == nil {
		v.last = &last{}
	}
	v.last.next++
	v.version = v.last.next
}

// Get returns the cached view, after drawing it if it has changed.
func (v View) Get(draw func() string) string {
	if v.last == nil {
		return draw()
	}
	if v.last.version != v.version {
		v.last.view, v.last.version = draw(), v.version
	}
	return v.last.view
}
