package theme

import (
	"io"
	"strconv"
	"strings"

	"github.com/charmbracelet/colorprofile"
)

// DetectProfile returns the color profile for out. It differs from colorprofile.Detect
// in that any non-empty NO_COLOR disables colors, as https://no-color.org
// requires: colorprofile only honors boolean values. environ is in the form of
// os.Environ.
func DetectProfile(out io.Writer, environ []string) colorprofile.Profile {
	p := colorprofile.Detect(out, environ)
	if p > colorprofile.ASCII && lookupEnv(environ, "NO_COLOR") != "" {
		return colorprofile.ASCII
	}
	return p
}

// NeedsASCII reports whether the terminal is known not to show Unicode: its locale
// names another encoding, or it is the Linux console, whose fonts have no braille.
// An unset locale does not count, since ssh often does not forward it.
func NeedsASCII(environ []string) bool {
	if lookupEnv(environ, "TERM") == "linux" {
		return true
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} { // in POSIX order of precedence
		if v := strings.ToLower(lookupEnv(environ, name)); v != "" {
			return !strings.Contains(v, "utf-8") && !strings.Contains(v, "utf8")
		}
	}
	return false
}

// Background returns the background that COLORFGBG names, as rxvt, Konsole and others
// set it: "15;0" is white on black. ok is false if it is not set.
func Background(environ []string) (dark, ok bool) {
	v := lookupEnv(environ, "COLORFGBG")
	n, err := strconv.Atoi(v[strings.LastIndexByte(v, ';')+1:])
	if err != nil || n < 0 || n > 15 {
		return false, false
	}
	return n < 7 || n == 8, true
}

// lookupEnv returns the last value of name in environ, as a shell would.
func lookupEnv(environ []string, name string) string {
	v := ""
	for _, e := range environ {
		if k, val, ok := strings.Cut(e, "="); ok && k == name {
			v = val
		}
	}
	return v
}
