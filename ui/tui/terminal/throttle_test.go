package terminal

import (
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
)

// Bubble Tea's ticker is not exported. If an update renames it, the renderer would always run
// at its full rate again.
func TestThrottleFindsTheTicker(t *testing.T) {
	if NewFrameThrottle(tea.NewProgram(nil)).ticker == nil {
		t.Error("tea.Program has no ticker of that name: see NewFrameThrottle")
	}
	var c *FrameThrottle
	c.Draw() // a nil throttle does nothing
	(&FrameThrottle{}).Draw()
}

func TestThrottle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tick := time.NewTicker(time.Second / FramesPerSecond)
		defer tick.Stop()
		c := &FrameThrottle{ticker: &tick}
		defer c.Stop()
		frames := func(during time.Duration, draws time.Duration) (n int) {
			end := time.After(during)
			draw := time.NewTicker(draws)
			defer draw.Stop()
			for {
				select {
				case <-tick.C:
					n++
				case <-draw.C:
					c.Draw()
				case <-end:
					return n
				}
			}
		}
		c.Draw()
		frames(time.Second, time.Hour)
		if n := frames(10*time.Second, time.Hour); n > 40 {
			t.Errorf("%d frames in 10 s in which nothing was drawn", n)
		}
		c.Draw()
		if n := frames(3*time.Millisecond, time.Hour); n == 0 {
			t.Error("no frame soon after something was drawn at rest")
		}
		if n := frames(time.Second, time.Hour); n < 1 || n > 5 {
			t.Errorf("%d frames after something was drawn", n)
		}
		// If the screen changes more often than frames are drawn, as when the mouse moves, no
		// change is missed.
		if n := frames(time.Second, time.Millisecond); n < FramesPerSecond*9/10 {
			t.Errorf("%d frames in a second in which something was always drawn", n)
		}
		// If there is a little time between changes, as in a slow burst, frames continue.
		if n := frames(time.Second, awakeTime); n < FramesPerSecond/3 {
			t.Errorf("%d frames in a second of draws %s apart", n, awakeTime)
		}
	})
}

// A machine may be so busy that the renderer does not run for a while after a change.
func TestThrottleOnABusyMachine(t *testing.T) {
	for _, busy := range []time.Duration{30 * time.Millisecond, 100 * time.Millisecond, time.Second} {
		synctest.Test(t, func(t *testing.T) {
			tick := time.NewTicker(time.Second / FramesPerSecond)
			defer tick.Stop()
			c := &FrameThrottle{ticker: &tick}
			defer c.Stop()
			c.Draw()
			time.Sleep(10 * time.Second)
			<-tick.C
			c.Draw()
			time.Sleep(busy)
			start := time.Now()
			<-tick.C
			if late := time.Since(start); late > 1200*time.Millisecond { // a message is shown for 5 s
				t.Errorf("after %v the frame comes %v later", busy, late)
			}
		})
	}
}
