package terminal

import (
	"reflect"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
)

// FramesPerSecond is the rate of the renderer while the screen changes: a key waits
// for at most one frame.
const FramesPerSecond = 120

const (
	awakeTime    = 20 * time.Millisecond // after a change of the screen, several frames long
	restingFrame = 5 * time.Second       // a frame while nothing happens, in case a wake-up is missed
)

// FrameThrottle lets the renderer rest while nothing is drawn. Bubble Tea wakes it
// at one rate for as long as a program runs, and has no option for less: at 120
// frames a second that costs 1.3% of a core and 490 context switches a second, at
// 70 frames (fewer would make a key wait for more than 15 ms) 1.2% and 400. With
// the throttle it is 0.5% and 77, polling included.
//
// It resets the program's own ticker, which is a private field. It can be removed
// as soon as Bubble Tea stops its ticker by itself: charmbracelet/bubbletea pull
// requests 1776 and 1796. A nil throttle, or one without a ticker, does nothing.
type FrameThrottle struct {
	ticker **time.Ticker // set by the program when it starts

	mu    sync.Mutex
	rest  *time.Timer
	drawn time.Time // when the screen last changed
	awake bool
}

// NewFrameThrottle finds the ticker of a program's renderer by its private name. If
// a version of Bubble Tea has it elsewhere, the throttle does nothing, and a test
// fails.
func NewFrameThrottle(p *tea.Program) *FrameThrottle {
	c := &FrameThrottle{awake: true} // as it is at the start
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
		c.rest = time.AfterFunc(awakeTime, func() { c.restTicker(t) })
	}
	c.rest.Reset(awakeTime)
	if !c.awake { // a ticker that is reset repeatedly never ticks
		c.awake = true
		t.Reset(time.Second / FramesPerSecond)
	}
}

// restTicker is called by the timer.
func (c *FrameThrottle) restTicker(t *time.Ticker) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.awake && time.Since(c.drawn) >= awakeTime { // nothing was drawn while the timer fired
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
