package session

import (
	"fmt"

	"github.com/leaktop/leaktop/profile"
)

// unread notes that a profile could not be read, and judges anew: nothing may
// have come of its kind.
func (w *Session) unread(k profile.Kind, err error) {
	w.trouble(profile.Diagnostic{
		Code: profile.CodeUnreadable, Severity: profile.SeverityWarning, Kind: k,
		What: fmt.Sprintf("a %s profile could not be read and was left out: %v", k, err),
	})
	if w.damaged == nil {
		w.damaged = map[profile.Kind]bool{}
	}
	if !w.damaged[k] {
		w.damaged[k] = true
		w.look()
	}
}

// unseen says of which kinds nothing can be told although they are served: they
// must not pass for steady.
func (w *Session) unseen() (out []profile.Diagnostic) {
	add := func(code profile.Code, k profile.Kind, what, next string) {
		out = append(out, profile.Diagnostic{Code: code, Severity: profile.SeverityBlocking, Kind: k, What: what, Next: next})
	}
	if w.history.Several() {
		add(profile.CodeSeveral, "", "several processes answer in turn (a load balancer?), so none can be judged", "watch one, by its own address or pod/NAME")
	}
	if w.history.Full() {
		add(profile.CodeTooManyStacks, "", "there are more different stacks than leaktop tells apart, so those that came last are not judged", "start a new watch")
	}
	for _, k := range []profile.Kind{profile.Heap, profile.Goroutine} {
		n, _, _ := w.history.Observed(k)
		switch d, ok := w.history.Unfit(k); {
		case w.stopped[k]:
			add(profile.CodeOutOfMemory, k, stoppedText(k), "")
		case ok:
			out = append(out, d)
		case n == 0 && w.damaged[k]:
			add(profile.CodeNothingReadable, k, fmt.Sprintf("no %s profile could be read, so a leak of that kind is not excluded", k), "")
		}
	}
	return out
}
