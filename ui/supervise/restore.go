package supervise

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// restoreSequence is everything that gives a terminal back to a shell, as the view does
// itself when it ends well. The keyboard modes of the Kitty protocol belong to the
// alternate screen, so they are taken back on it. It is left last: the cursor then
// is where it was before.
var restoreSequence = strings.Join([]string{
	ansi.ResetModeSynchronizedOutput,
	ansi.ResetModeMouseNormal, ansi.ResetModeMouseButtonEvent, ansi.ResetModeMouseAnyEvent, ansi.ResetModeMouseExtSgr,
	ansi.ResetModeFocusEvent, ansi.ResetModeBracketedPaste, ansi.ResetModeUnicodeCore,
	ansi.ResetModeLightDark, ansi.ResetModeInBandResize,
	ansi.ResetModifyOtherKeys, ansi.PopKittyKeyboard(1),
	ansi.ResetStyle, ansi.SetModeTextCursorEnable, ansi.SetWindowTitle(""),
	ansi.ResetModeAltScreenSaveCursor,
}, "")
