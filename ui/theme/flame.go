package theme

// Colours of flame graph boxes: warm hues grow, cold ones do not, and the user's
// own code has the strongest. Text on them has a contrast of 4.5:1 or better; with
// 16 colours that assumes the terminal's usual palette.
var (
	boxBlue   = pair{shade{"4", "24", "#2b5a88"}, shade{"4", "153", "#aacdf0"}}
	onBlue    = pair{shade{"15", "255", "#f1f6fc"}, shade{"15", "17", "#0b2a49"}}
	boxViolet = pair{shade{"5", "60", "#4b4474"}, shade{"5", "183", "#d5ccf2"}}
	onViolet  = pair{shade{"15", "255", "#e8e4f6"}, shade{"15", "17", "#2c1f57"}}
	boxGrey   = pair{shade{"8", "238", "#3a404b"}, shade{"7", "252", "#dee2e9"}}
	onGrey    = pair{shade{"15", "252", "#c9ced8"}, shade{"0", "236", "#333a47"}}
	boxOrange = pair{shade{"3", "130", "#b3500f"}, shade{"3", "215", "#f7a968"}}
	boxTan    = pair{shade{"3", "94", "#8a5626"}, shade{"3", "222", "#f8cf9e"}}
	boxBrown  = pair{shade{"3", "95", "#6a4f36"}, shade{"3", "223", "#f4e1c8"}}
	onOrange  = pair{shade{"0", "231", "#fff5ea"}, shade{"0", "52", "#401700"}}
	boxPink   = pair{shade{"6", "126", "#a8327f"}, shade{"6", "212", "#f2a9da"}}
	onPink    = pair{shade{"0", "231", "#fff1fa"}, shade{"0", "53", "#4a0838"}}
	boxCursor = pair{shade{"", "255", "#f2f4f8"}, shade{"", "235", "#14181f"}}
	onCursor  = pair{shade{"", "16", "#14181f"}, shade{"", "255", "#f7f8fa"}}
)
