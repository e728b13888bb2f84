package theme

// Colors of flame graph boxes: warm hues mark growth, and the user's own code has the
// strongest colors. Text on them has a contrast of 4.5:1 or better; with 16 colors that
// assumes the terminal's usual palette.
var (
	boxBlue   = darkLight{profileColor{"4", "24", "#2b5a88"}, profileColor{"4", "153", "#aacdf0"}}
	onBlue    = darkLight{profileColor{"15", "255", "#f1f6fc"}, profileColor{"15", "17", "#0b2a49"}}
	boxViolet = darkLight{profileColor{"5", "60", "#4b4474"}, profileColor{"5", "183", "#d5ccf2"}}
	onViolet  = darkLight{profileColor{"15", "255", "#e8e4f6"}, profileColor{"15", "17", "#2c1f57"}}
	boxGray   = darkLight{profileColor{"8", "238", "#3a404b"}, profileColor{"7", "252", "#dee2e9"}}
	onGray    = darkLight{profileColor{"15", "252", "#c9ced8"}, profileColor{"0", "236", "#333a47"}}
	boxOrange = darkLight{profileColor{"3", "130", "#b3500f"}, profileColor{"3", "215", "#f7a968"}}
	boxTan    = darkLight{profileColor{"3", "94", "#8a5626"}, profileColor{"3", "222", "#f8cf9e"}}
	boxBrown  = darkLight{profileColor{"3", "95", "#6a4f36"}, profileColor{"3", "223", "#f4e1c8"}}
	onOrange  = darkLight{profileColor{"0", "231", "#fff5ea"}, profileColor{"0", "52", "#401700"}}
	boxPink   = darkLight{profileColor{"6", "126", "#a8327f"}, profileColor{"6", "212", "#f2a9da"}}
	onPink    = darkLight{profileColor{"0", "231", "#fff1fa"}, profileColor{"0", "53", "#4a0838"}}
	boxCursor = darkLight{profileColor{"", "255", "#f2f4f8"}, profileColor{"", "235", "#14181f"}}
	onCursor  = darkLight{profileColor{"", "16", "#14181f"}, profileColor{"", "255", "#f7f8fa"}}
)
