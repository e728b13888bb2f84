//go:build unix

package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// user is a person who uses leaktop. A test with it reads as a list of actions and what
// they show.
type user struct {
	*terminal
	ascii bool
}

// sees waits until all of some texts are on the screen.
func (u user) sees(texts ...string) user {
	u.t.Helper()
	for i := range texts {
		texts[i] = u.drawn(texts[i])
	}
	u.shows(texts...)
	return u
}

// drawn returns a text as the terminal shows it.
func (u user) drawn(text string) string {
	if u.ascii {
		return strings.NewReplacer("›", ">", "●", "*", "–", "-").Replace(text)
	}
	return text
}

// losesSight waits until a text is not on the screen.
func (u user) losesSight(text string) user {
	u.t.Helper()
	u.waitForAbsence(text)
	return u
}

// presses presses keys, each after the previous one has taken effect. Escape is sent as by
// terminals that distinguish it from the beginning of another key (CSI u).
func (u user) presses(keys ...string) user {
	u.t.Helper()
	for _, k := range keys {
		if k == keyEsc {
			k = "\x1b[27u"
		}
		u.press(k)
		u.awaitStillness(quietTime)
	}
	return u
}

// types types a text.
func (u user) types(text string) user { return u.presses(strings.Split(text, "")...) }

// selects moves down from the selected row to the row with a text.
func (u user) selects(text string) user {
	u.t.Helper()
	selected := regexp.MustCompile(`(?m)^` + u.drawn("›") + `.*`)
	for range 30 {
		screen, _ := u.readScreen()
		row := selected.FindString(screen)
		if strings.Contains(row, text) {
			return u
		}
		u.press(keyDown)
		u.waitFor("the next row", func(screen string) bool { // no row may seem selected if only half of a frame has arrived
			next := selected.FindString(screen)
			return next != "" && next != row
		})
	}
	s, _ := u.readScreen()
	u.t.Fatalf("no row with %s can be selected:\n%s", text, s)
	return u
}

// keyHome is the sequence of the home key.
const keyHome = "\x1b[H"

// quietTime is the time without output after which a key in a paused replay has taken
// effect.
const quietTime = 150 * time.Millisecond

// leaves quits leaktop.
func (u user) leaves() {
	u.t.Helper()
	u.presses("q")
	u.exitsWith(0)
	u.checkRestored()
}

// looks are the terminals that the test uses.
var looks = []struct {
	name  string
	w, h  int
	theme string
	env   []string
	most  int // number of the stylings that it may use
}{
	{"80x24 dark", 80, 24, "dark", nil, 3},
	{"80x24 ASCII", 80, 24, "dark", []string{"LC_ALL=C"}, 3},
	{"120x40 light", 120, 40, "light", nil, 3},
	{"120x40 mono", 120, 40, "mono", nil, 0},
	{"200x60 dark", 200, 60, "dark", nil, 3},
	{"200x60 mono ASCII", 200, 60, "mono", []string{"LC_ALL=C"}, 0},
}

// TestUserFindsTheLine follows a user through a recording with a leak, on each kind of
// terminal.
func TestUserFindsTheLine(t *testing.T) {
	t.Parallel()
	exe := findProgram(t, "leaktop")
	for _, look := range looks {
		t.Run(look.name, func(t *testing.T) {
			t.Parallel()
			args := append(look.env, exe, "--theme", look.theme, filepath.Join(repository, "testdata", "check", "leaking.tar"))
			u := user{start(t, look.w, look.h, "env", args...), look.env != nil}
			u.sees("LEAK A", "(*auditTrail).record", "GROWTH/H", "A leak")
			u.walksToTheLine()
			u.readsTheEvidence()
			u.zoomsAndSearches()
			u.comparesMoments()
			u.keepsTheView(filepath.Join(t.TempDir(), "incident.md"))
			u.leaves()
			u.hasOnly(look.most, look.env != nil)
		})
	}
}

// walksToTheLine goes from the table to the source line and back.
func (u user) walksToTheLine() {
	u.t.Helper()
	u.selects("(*auditTrail).record").presses(keyEnter).sees("Growing › ", "STACK, leaf first")
	u.presses(keyEnter).sees("stack in ", "growing_slice.go:44")
	u.presses(keyEsc).losesSight("stack in ").presses(keyEsc).sees("GROWTH/H", "A leak")
}

// readsTheEvidence opens the evidence of the suspect, and the reasons why another row is
// not suspected.
func (u user) readsTheEvidence() {
	u.t.Helper()
	u.selects("(*auditTrail).record").presses("v").sees("where", "growing_slice.go:44", "cause", "fix")
	u.presses(keyEsc).sees("GROWTH/H")
	u.selects("loadCatalog").presses("v").sees("why not", "loadCatalog", "not a leak", "looks like", "steady")
	u.presses(keyEsc).sees("GROWTH/H", "A leak")
}

// zoomsAndSearches gives the table the whole screen, and searches the help and the palette.
func (u user) zoomsAndSearches() {
	u.t.Helper()
	u.presses("z").losesSight("live heap").sees("GROWTH/H").presses("z").sees("live heap")
	u.presses("?").sees("any other key closes").presses("/").types("baseline").sees("baseline").presses(keyEnter)
	u.presses(keyEsc).awaitStillness(quietTime) // ends the search
	u.presses(keyEsc).sees("live heap").losesSight("any other key closes")
	u.presses(":").types("them").sees("theme").presses(keyEsc).losesSight("colors")
	u.presses("p").sees("Profiles").presses("q").losesSight("Profiles").sees("GROWTH/H")
}

// comparesMoments marks a moment, moves the replay, and compares with a later one.
func (u user) comparesMoments() {
	u.t.Helper()
	u.presses("x").sees("esc close").presses("m", keyHome).sees("enter compare").presses(keyEnter).sees("Values are the difference of ")
	u.presses("B").sees("Values are current again.")
	u.presses("x", "m", keyHome).sees("enter compare").presses("m").presses(keyEnter) // go to the first moment, which is marked
	u.presses("]", "]", "]").sees("11:5")
	u.presses(keyEsc)
}

// keepsTheView copies the view and writes it to a file, which begins with the leak.
func (u user) keepsTheView(path string) {
	u.t.Helper()
	u.presses("y").sees("Copied the view as Markdown")
	u.presses("e").sees("Export this view").presses("\x15").types(path).presses(keyEnter).sees("Wrote")
	data, err := os.ReadFile(path)
	if err != nil {
		u.t.Fatal(err)
	}
	if !strings.HasPrefix(string(data), "- **LEAK** ") || !strings.Contains(string(data), "growing_slice.go:44") {
		u.t.Errorf("the file is\n%.600s", data)
	}
}

// hasOnly checks that the program wrote only colors that the terminal supports, and only
// ASCII if it supports nothing else.
func (u user) hasOnly(most int, ascii bool) {
	u.t.Helper()
	for _, styling := range stylings[most+1:] {
		if found := styling.Find(u.raw); found != nil {
			u.t.Errorf("it writes %q", found)
		}
	}
	for _, b := range u.raw {
		if ascii && b >= 0x80 {
			u.t.Errorf("it writes %q", b)
			break
		}
	}
}
