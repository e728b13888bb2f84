package session

import (
	"fmt"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
)

// The bounds of diagnostics: a target that sends another damaged profile at each
// poll could give each its own, of any length.
const (
	maxDiagnostics   = 20
	maxDiagnosticLen = 400 // characters
)

// diagnose notes what is wrong with the data, each thing once.
func (in *ingester) diagnose(d profile.Diagnostic) {
	d.What, d.Next = clip(d.What, maxDiagnosticLen), clip(d.Next, maxDiagnosticLen)
	in.state.Diagnostics = profile.AddDiagnostic(in.state.Diagnostics, d, maxDiagnostics)
	if d.Code != profile.CodeUnreadable || in.damaged[d.Kind] {
		return
	}
	if in.damaged == nil {
		in.damaged = map[profile.Kind]bool{}
	}
	in.damaged[d.Kind] = true
	in.judge() // nothing may have come of its kind
}

// unread notes that a profile could not be read.
func (in *ingester) unread(k profile.Kind, err error) {
	in.diagnose(source.Unreadable(k, err).Diagnostic)
}

// blocking says of which kinds nothing can be told although they are served: they
// must not pass for steady.
func (in *ingester) blocking(h *profile.History) (out []profile.Diagnostic) {
	add := func(code profile.Code, k profile.Kind, what, next string) {
		out = append(out, profile.Diagnostic{Code: code, Severity: profile.SeverityBlocking, Kind: k, What: what, Next: next})
	}
	if h.Several() {
		add(profile.CodeSeveral, "", "several processes answer in turn (a load balancer?), so none can be judged", "watch one, by its own address or pod/NAME")
	}
	if h.Full() {
		add(profile.CodeTooManyStacks, "", "there are more different stacks than leaktop tells apart, so those that came last are not judged", "start a new watch")
	}
	for _, k := range []profile.Kind{profile.Heap, profile.Goroutine} {
		n, _, _ := h.Observed(k)
		switch d, ok := h.Unfit(k); {
		case in.stopped[k]:
			out = append(out, outOfMemory(k))
		case ok:
			out = append(out, d)
		case n == 0 && in.damaged[k]:
			add(profile.CodeNothingReadable, k, fmt.Sprintf("no %s profile could be read, so a leak of that kind is not excluded", k), "")
		}
	}
	return out
}
