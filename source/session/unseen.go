package session

import (
	"fmt"

	"github.com/leaktop/leaktop/profile"
)

// unread notes that a profile could not be read, and judges anew: nothing may
// have come of its kind.
func (w *Session) unread(k profile.Kind, err error) {
	w.trouble(fmt.Sprintf("A %s profile could not be read and was left out: %v.", k, err))
	if w.damaged == nil {
		w.damaged = map[profile.Kind]bool{}
	}
	if !w.damaged[k] {
		w.damaged[k] = true
		w.look()
	}
}

// Several is said while different processes answer.
const Several = "several processes answer in turn (a load balancer?), so none can be judged: watch one, by its own address or pod/NAME"

// unseen says of which kinds nothing can be told although they are served: they
// must not pass for steady.
func (w *Session) unseen() (out []string) {
	if w.history.Several() {
		out = append(out, Several)
	}
	if w.history.Full() {
		out = append(out, "there are more different stacks than leaktop tells apart, so those that came last are not judged: a new watch begins anew")
	}
	for _, k := range []profile.Kind{profile.Heap, profile.Goroutine} {
		n, _, _ := w.history.Observed(k)
		switch why := w.history.Unfit(k); {
		case w.stopped[k]:
			out = append(out, stoppedText(k))
		case why != "":
			out = append(out, why)
		case n == 0 && w.damaged[k]:
			out = append(out, fmt.Sprintf("no %s profile could be read, so a leak of that kind is not excluded", k))
		}
	}
	return out
}
