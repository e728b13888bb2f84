package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"
)

// ScrollHint says that a text continues below.
var ScrollHint = Bind("↑↓", "scroll", "up", "down")

// endOffset exceeds the number of lines of any text.
const endOffset = 1 << 20

// ScrollBy returns how many lines a message scrolls a text of h lines.
func ScrollBy(msg tea.Msg, h int) int {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		switch msg.String() {
		case "down", "j":
			return 1
		case "up", "k":
			return -1
		case "pgdown", "ctrl+d":
			return h / 2
		case "pgup", "ctrl+u":
			return -h / 2
		case "home", "g":
			return -endOffset
		case "end", "G":
			return endOffset
		}
	case tea.MouseWheelMsg:
		if msg.Button == tea.MouseWheelUp {
			return -3
		}
		return 3
	}
	return 0
}

// LinesShown says which of n lines are visible if h lines fit, from line top; "" if all
// are.
func LinesShown(top, h, n int) string {
	if n <= h {
		return ""
	}
	return fmt.Sprintf("lines %d–%d of %d", top+1, min(top+h, n), n)
}
