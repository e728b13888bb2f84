package terminal

import (
	"reflect"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
)

// FramesPerSecond is the rate of the renderer while the screen keeps changing.
const FramesPerSecond = 120

// The times between frames. Each frame wakes the program, so there are few of them after
// a single change.
const (
	firstFrame   = 2 * time.Millisecond         // after a change of a screen at rest, as by a key
	lateFrame    = awakeTime - time.Millisecond // then, in case the screen was not complete yet
	movingFrame  = time.Second / FramesPerSecond
	restingFrame = 5 * time.Second       // while nothing happens
	firstTime    = 5 * time.Millisecond  // at the rate of firstFrame: a busy machine may miss one
	awakeTime    = 20 * time.Millisecond // after the last change of the screen
)

// rareFrames are the times between frames after awakeTime, each for one frame but the last,
// in case all frames so far were missed: on a busy machine the renderer may not run for long,
// or run before it has what was drawn. Without them, the answer to a key would come with
// restingFrame, when a message is over already.
var rareFrames = [...]time.Duration{100 * time.Millisecond, 400 * time.Millisecond, 1600 * time.Millisecond, restingFrame}

// FrameThrottle lets the renderer rest while nothing is drawn. Bubble Tea wakes it at
// one rate for as long as a program runs, and has no option for less: at 120 frames a
// second that costs 1.3% of a core and 490 context switches a second, at 70 frames
// (fewer would make a key wait for more than 15 ms) 1.2% and 400. With the throttle it
// is 0.5% and 77, polling included. The first frame after a rest is drawn at once; at
// the rate of later frames, each key would wait for 8 ms.
//
// It resets the program's own ticker, which is a private field. It can be removed
// as soon as Bubble Tea stops its ticker by itself: charmbracelet/bubbletea pull
// requests 1776 and 1796. A nil throttle, or one without a ticker, does nothing.
type FrameThrottle struct {
	ticker **time.Ticker // set by the program when it starts

	mu      sync.Mutex
	slow    *time.Timer
	drawn   time.Time     // when the screen last changed
	between time.Duration // between frames; 0 at the start, for the renderer's own rate
}

// NewFrameThrottle finds the ticker of a program's renderer by its private name. If a
// version of Bubble Tea renames it, the throttle does nothing, and a test fails.
func NewFrameThrottle(p *tea.Program) *FrameThrottle {
	c := &FrameThrottle{}
	f := reflect.ValueOf(p).Elem().FieldByName("ticker")
	if f.IsValid() && f.Type() == reflect.TypeFor[*time.Ticker]() {
		c.ticker = (**time.Ticker)(f.Addr().UnsafePointer())
	}
	return c
}

// Draw is called on the program's own goroutine whenever something may be drawn.
func (f *FrameThrottle) Draw() {
	if f == nil || f.ticker == nil || *f.ticker == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	t := *f.ticker
	f.drawn = time.Now()
	if f.slow == nil {
		f.slow = time.AfterFunc(awakeTime, func() { f.slowDown(t) })
	}
	switch f.between {
	case firstFrame: // a ticker that is reset repeatedly never ticks
	case movingFrame:
		f.slow.Reset(awakeTime)
	case lateFrame:
		f.setRate(t, movingFrame, awakeTime)
	default:
		f.setRate(t, firstFrame, firstTime)
	}
}

// slowDown is called by the timer.
func (f *FrameThrottle) slowDown(t *time.Ticker) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.between == firstFrame:
		f.setRate(t, lateFrame, awakeTime)
	case f.between < restingFrame && time.Since(f.drawn) >= awakeTime: // else something was drawn while the timer fired
		next := nextRarer(f.between)
		f.setRate(t, next, next+time.Millisecond)
	}
}

// nextRarer returns the time between frames that follows another.
func nextRarer(between time.Duration) time.Duration {
	for _, rare := range rareFrames {
		if rare > between {
			return rare
		}
	}
	return restingFrame
}

// setRate sets the time between frames until the timer fires.
func (f *FrameThrottle) setRate(t *time.Ticker, between, during time.Duration) {
	f.between = between
	t.Reset(between)
	f.slow.Reset(during)
}

// Stop is called when the program has ended.
func (f *FrameThrottle) Stop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.slow != nil {
		f.slow.Stop()
	}
}
