package theme

// Symbols that express a meaning in addition to color. All are one column wide.
const (
	SymbolCursor  = "›" // the row under the cursor
	SymbolLeak    = "●" // a leak, followed by the word
	SymbolWatch   = "◐" // possibly a leak
	SymbolSteady  = "○" // steady
	SymbolUp      = "▲" // grows; sorted in ascending order
	SymbolDown    = "▼" // shrinks; sorted in descending order
	SymbolFailed  = "✗" // a poll failed
	SymbolOK      = "✓" // success
	SymbolRestart = "↻" // the target restarted
	SymbolMark    = "◆" // a baseline or a mark
	SymbolPaused  = "‖" // the screen is frozen
	SymbolLive    = "•" // polling
	SymbolPath    = "›" // between the steps of a path
	SymbolDot     = "·" // between facts on one line
	SymbolMore    = "…" // something was cut off
)
