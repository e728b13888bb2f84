// Package rendertest counts what Bubble Tea's renderer writes to a terminal. Only tests
// import it.
package rendertest

import (
	"bytes"
	"testing"

	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
)

// Terminal is a true-color terminal that counts bytes.
type Terminal struct {
	out      bytes.Buffer
	screen   uv.ScreenBuffer
	renderer *uv.TerminalRenderer
}

// New returns an empty terminal of w columns and h lines, set up as Bubble Tea does.
func New(w, h int) *Terminal {
	t := &Terminal{screen: uv.NewScreenBuffer(w, h)}
	t.renderer = uv.NewTerminalRenderer(&t.out, []string{"TERM=xterm-256color"})
	t.renderer.SetColorProfile(colorprofile.TrueColor)
	t.renderer.SetScrollOptim(true)
	t.renderer.SetFullscreen(true)
	t.renderer.SetRelativeCursor(false)
	t.renderer.Resize(w, h)
	return t
}

// Draw draws a frame over the one before and returns the number of bytes written.
func (t *Terminal) Draw(tb testing.TB, view string) int {
	tb.Helper()
	t.screen.Clear()
	uv.NewStyledString(view).Draw(t.screen, t.screen.Bounds())
	t.renderer.Render(t.screen.RenderBuffer)
	if err := t.renderer.Flush(); err != nil {
		tb.Fatal(err)
	}
	n := t.out.Len()
	t.out.Reset()
	return n
}
