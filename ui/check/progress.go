package check

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/charmbracelet/x/term"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/report"
)

// progress shows the progress of the check: on a terminal as one line that is updated,
// elsewhere as one line at the start.
type progress struct {
	w       io.Writer
	columns func() int // of the terminal; nil if output is not a terminal
	current atomic.Pointer[stage]
	shown   bool
}

// stage is the current activity and when it ends.
type stage struct {
	text string
	end  time.Time // zero if unknown
}

func newProgress(w io.Writer, target string, o Options) *progress {
	p := &progress{w: w}
	if f, ok := w.(term.File); ok && term.IsTerminal(f.Fd()) && os.Getenv("TERM") != "dumb" {
		p.columns = func() int {
			cols, _, err := term.GetSize(f.Fd())
			if err != nil {
				return 80
			}
			return cols
		}
	}
	if p.columns == nil {
		fmt.Fprintln(w, "leaktop: "+openingLine(target, o))
	}
	return p
}

// openingLine says what is going to happen.
func openingLine(target string, o Options) string {
	target = format.Clean(target)
	switch {
	case o.Recording:
		return "reading " + target
	case o.Load != "":
		return fmt.Sprintf("watching %s under %d loads of at most %s each", target, loadCount, format.Duration(o.For/loadCount))
	}
	return fmt.Sprintf("watching %s for %s", target, format.Duration(o.For))
}

// setStage sets the current activity and its maximum duration.
func (p *progress) setStage(text string, takes time.Duration) {
	p.current.Store(&stage{text, time.Now().Add(takes)})
}

// showLine updates the line.
func (p *progress) showLine(st session.State) {
	if p.columns != nil {
		p.showText(p.newLine(st))
	}
}

// showText updates the line.
func (p *progress) showText(line string) {
	if p.columns == nil {
		return
	}
	p.shown = true
	plain.Rewrite(p.w, format.Fit(line, max(p.columns()-1, 1)))
}

// clearLine removes the line.
func (p *progress) clearLine() {
	if p.shown {
		plain.Rewrite(p.w, "")
	}
}

func (p *progress) newLine(st session.State) string {
	var parts []string
	if s := p.current.Load(); s != nil {
		if s.text != "" {
			parts = append(parts, s.text)
		}
		parts = append(parts, format.Duration(max(0, time.Until(s.end)).Round(time.Second))+" left")
	}
	if st.Polls == 0 {
		text := "waiting for the first profile"
		if why := unobservedReasons(st); len(why) > 0 {
			text += ": " + format.Clean(why[0])
		}
		return strings.Join(append(parts, text), " · ")
	}
	parts = append(parts, verdictSoFar(st.Report))
	if v, ok := st.Newest(st.Heap); ok {
		parts = append(parts, "live heap "+format.BytesRough(v))
	}
	if v, ok := st.Newest(st.Goroutines); ok {
		parts = append(parts, format.Count(v)+" goroutines")
	}
	return strings.Join(append(parts, report.CountPolls(st.Polls)), " · ")
}

// verdictSoFar returns the preliminary verdict in a few words.
func verdictSoFar(r leak.Report) string {
	if len(r.Suspects) == 0 {
		if r.Verdict == leak.Steady {
			return "steady so far"
		}
		return "no verdict yet"
	}
	text := report.SuspectWord(r.Suspects[0]) + " " + format.Clean(r.Suspects[0].Label())
	if more := len(r.Suspects) - 1; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
