package target

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/leaktop/leaktop/profile/plain"
)

// Error reports why an argument is not a target, with an example of one.
type Error struct {
	Arg     string // safe to show; empty if there was none
	Why     string // continues the sentence after the argument: "has no port"
	Example string // a valid argument
}

// Error returns one sentence and an example.
func (e *Error) Error() string { return e.Describe("leaktop") }

// Describe is like Error, with the name that the user runs the program by.
func (e *Error) Describe(program string) string {
	arg := "target"
	if e.Arg != "" {
		arg = fmt.Sprintf("target %q", e.Arg)
	}
	return fmt.Sprintf("%s: %s; for example: %s %s", arg, e.Why, program, e.Example)
}

func newError(arg, why, example string) error {
	return &Error{Arg: redactArg(arg), Why: why, Example: plain.Clip(example, 80)}
}

// maxShownArg is how much of an argument an error quotes, in runes.
const maxShownArg = 80

// userinfo matches what may contain a password, even in a malformed URL.
var userinfo = regexp.MustCompile(`^([a-zA-Z][a-zA-Z0-9+.-]*:/*)?.*@`)

// redactArg returns an argument without its secrets, shortened.
func redactArg(arg string) string {
	arg, _, query := strings.Cut(arg, "?")
	arg = userinfo.ReplaceAllString(arg, "${1}…@")
	if query {
		arg += "?…"
	}
	if utf8.RuneCountInString(arg) > maxShownArg {
		arg = string([]rune(arg)[:maxShownArg-1]) + "…"
	}
	return arg
}
