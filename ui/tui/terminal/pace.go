package terminal

import (
	"reflect"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
)

const (
	FramesPerSecond = 120                    // while something is drawn: how long a key waits for its frame
	awakeFor        = 30 * time.Millisecond  // after something was drawn, some frames long
	restingFrame    = 500 * time.Millisecond // a frame while nothing happens, should the next one be missed
)

// FrameThrottle lets the renderer rest while nothing is drawn. Bubble Tea wakes it at one
// rate for as long as a program runs: at 60 frames a second that alone costs
// about 1% of a core, more than all of the watching, and at fewer each key waits
// longer. The nil pace and one without a ticker leave it at that.
type FrameThrottle struct {
	ticker **time.Ticker // set by the program when it starts

	mu    sync.Mutex
	rest  *time.Timer
	drawn time.Time // when something was, last
	awake bool
}

// NewFrameThrottle finds the ticker of a program's renderer, which has no exported name:
// a Bubble Tea that has it elsewhere draws as before, and fails the test.
func NewFrameThrottle(p *tea.Program) *FrameThrottle {
	c := &FrameThrottle{awake: true} // as it starts
	f := reflect.ValueOf(p).Elem().FieldByName("ticker")
	if f.IsValid() && f.Type() == reflect.TypeFor[*time.Ticker]() {
		c.ticker = (**time.Ticker)(f.Addr().UnsafePointer())
	}
	return c
}

// Draw is called on the program's own goroutine whenever something may be drawn.
func (c *FrameThrottle) Draw() {
	if c == nil || c.ticker == nil || *c.ticker == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	t := *c.ticker
	c.drawn = time.Now()
	if c.rest == nil {
		c.rest = time.AfterFunc(awakeFor, func() { c.sleep(t) })
	}
	c.rest.Reset(awakeFor)
	if !c.awake { // a ticker that is reset again and again never ticks
		c.awake = true
		t.Reset(time.Second / FramesPerSecond)
	}
}

// sleep is for the timer.
func (c *FrameThrottle) sleep(t *time.Ticker) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.awake && time.Since(c.drawn) >= awakeFor { // not drawn while the timer fired
		c.awake = false
		t.Reset(restingFrame)
	}
}

// Stop is called when the program has ended.
func (c *FrameThrottle) Stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.rest != nil {
		c.rest.Stop()
	}
}
