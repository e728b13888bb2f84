package theme

// Symbols that bear a meaning beside the colour. All are one column wide.
const (
	SymbolCursor  = "›" // the row under the cursor
	SymbolLeak    = "●" // a leak, with the word
	SymbolWatch   = "◐" // perhaps a leak
	SymbolSteady  = "○" // steady
	SymbolUp      = "▲" // grows; sorted upwards
	SymbolDown    = "▼" // shrinks; sorted downwards
	SymbolFailed  = "✗" // a poll failed
	SymbolOK      = "✓" // it went well
	SymbolRestart = "↻" // the target was started anew
	SymbolMark    = "◆" // a baseline or a mark
	SymbolPaused  = "‖" // the table is frozen
	SymbolLive    = "•" // polling
	SymbolPath    = "›" // between the steps of a path
	SymbolDot     = "·" // between facts on one line
	SymbolMore    = "…" // left out
)
