package table

// window is the table's part of the screen, and the rows that are in it.
type window struct {
	width, height int
	x, y          int // of the upper left corner on the screen, for the mouse
	first, cursor int // places of the top row and of the cursor
}

// clampCursor moves the cursor onto one of n rows and the window around it.
func (w *window) clampCursor(n int) {
	h := max(w.bodyHeight(), 1)
	w.cursor = max(min(w.cursor, n-1), 0)
	w.first = min(w.first, w.cursor, max(n-h, 0))
	w.first = max(w.first, w.cursor-h+1, 0)
}

// bodyHeight returns the number of lines for rows.
func (w window) bodyHeight() int { return w.height - w.headerHeight() }

// headerHeight returns the number of lines for titles: none if there is only one line.
func (w window) headerHeight() int {
	if w.height < 2 {
		return 0
	}
	return 1
}
