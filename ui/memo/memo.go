// Package memo caches a drawn view until something changes, because Bubble Tea asks for
// the view after every message.
package memo

// View caches the drawn view of a model that is passed by value. The zero View caches
// nothing until Invalidate has been called.
type View struct {
	version int
	shared  *sharedCache
}

// sharedCache is shared by the copies of a model. It numbers their versions, so that
// copies that have diverged never get each other's view.
type sharedCache struct {
	next, version int
	view          string
}

// Invalidate makes the next Get draw the view.
func (v *View) Invalidate() {
	if v.shared == nil {
		v.shared = &sharedCache{}
	}
	v.shared.next++
	v.version = v.shared.next
}

// Get returns the cached view, after drawing it if it has changed.
func (v View) Get(draw func() string) string {
	if v.shared == nil {
		return draw()
	}
	if v.shared.version != v.version {
		v.shared.view, v.shared.version = draw(), v.version
	}
	return v.shared.view
}
