package theme

import (
	"io"
	"strings"

	"github.com/charmbracelet/colorprofile"
)

// Detect returns how many colours to use on out, as colorprofile does, but
// with any non-empty value of NO_COLOR meaning no colours, as https://no-color.org
// asks: colorprofile honours boolean values alone. environ is as os.Environ gives it.
func Detect(out io.Writer, environ []string) colorprofile.Profile {
	p := colorprofile.Detect(out, environ)
	if p > colorprofile.ASCII && lookup(environ, "NO_COLOR") != "" {
		return colorprofile.ASCII
	}
	return p
}

// ASCII says that the terminal is known not to show Unicode: its locale names
// another encoding, or it is the Linux console, whose fonts have no braille.
// A locale that isn't set says nothing: ssh often doesn't carry it over.
func ASCII(environ []string) bool {
	if lookup(environ, "TERM") == "linux" {
		return true
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} { // in the order of POSIX
		if v := strings.ToLower(lookup(environ, name)); v != "" {
			return !strings.Contains(v, "utf-8") && !strings.Contains(v, "utf8")
		}
	}
	return false
}

// lookup returns the last value of name in environ, as a shell would.
func lookup(environ []string, name string) string {
	v := ""
	for _, e := range environ {
		if k, val, ok := strings.Cut(e, "="); ok && k == name {
			v = val
		}
	}
	return v
}
