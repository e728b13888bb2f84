package supervise

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// restoreSequence resets the terminal for the shell, as the view does itself on a
// normal exit. The keyboard modes of the Kitty protocol belong to the alternate
// screen, so they are reset there. The alternate screen is left last: the cursor is
// then back where it was.
var restoreSequence = strings.Join([]string{
	ansi.ResetModeSynchronizedOutput,
	ansi.ResetModeMouseNormal, ansi.ResetModeMouseButtonEvent, ansi.ResetModeMouseAnyEvent, ansi.ResetModeMouseExtSgr,
	ansi.ResetModeFocusEvent, ansi.ResetModeBracketedPaste, ansi.ResetModeUnicodeCore,
	ansi.ResetModeLightDark, ansi.ResetModeInBandResize,
	ansi.ResetModifyOtherKeys, ansi.PopKittyKeyboard(1),
	ansi.ResetStyle, ansi.SetModeTextCursorEnable, ansi.SetWindowTitle(""),
	ansi.ResetModeAltScreenSaveCursor,
}, "")
