package terminal

import (
	"reflect"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
)

// FramesPerSecond is the rate of the renderer while something is drawn: a key waits
// for at most one frame.
const FramesPerSecond = 120

const (
	awakeTime    = 30 * time.Millisecond  // after something was drawn, some frames long
	restingFrame = 500 * time.Millisecond // a frame while nothing happens, should the next one be missed
)

// FrameThrottle lets the renderer rest while nothing is drawn. Bubble Tea wakes it at
// one rate for as long as a program runs, and has no option for less: at 120 frames a
// second that costs 1.3% of a core and 490 context switches a second, at 70 frames
// (fewer would make a key wait for more than 15 ms) 1.2% and 400. With the throttle it
// is 0.5% and 77, polling included.
//
// It resets the program's own ticker, which is a private field. It goes as soon as
// Bubble Tea stops its ticker by itself: charmbracelet/bubbletea pull requests 1776 and
// 1796. The nil throttle and one without a ticker do nothing.
type FrameThrottle struct {
	ticker **time.Ticker // set by the program when it starts

	mu    sync.Mutex
	rest  *time.Timer
	drawn time.Time // when something was, last
	awake bool
}

// NewFrameThrottle finds the ticker of a program's renderer by its private name. With a
// Bubble Tea that has it elsewhere the throttle does nothing, and a test fails.
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
		c.rest = time.AfterFunc(awakeTime, func() { c.restTicker(t) })
	}
	c.rest.Reset(awakeTime)
	if !c.awake { // a ticker that is reset again and again never ticks
		c.awake = true
		t.Reset(time.Second / FramesPerSecond)
	}
}

// restTicker is for the timer.
func (c *FrameThrottle) restTicker(t *time.Ticker) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.awake && time.Since(c.drawn) >= awakeTime { // not drawn while the timer fired
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
