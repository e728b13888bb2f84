package profile

import "strings"

// UnusableReason says why the newest profile of a kind cannot be judged; ok is
// false if it can, or if there is none.
func (h *History) UnusableReason(k Kind) (d Diagnostic, ok bool) {
	st := h.currentEpoch().stores[k]
	if st == nil || st.last == nil {
		return d, false
	}
	return unusableReason(st.last)
}

// IsFull reports whether there are so many stacks that some are folded together and
// not judged.
func (h *History) IsFull() bool {
	return h.full
}

func unusableReason(s *Snapshot) (d Diagnostic, ok bool) {
	d = Diagnostic{Code: CodeNotGo, Severity: SeverityBlocking, Kind: s.Kind}
	switch {
	case s.Kind == Heap && !hasHeapTypes(s.Types):
		d.What = "the target's heap profile is not one of a Go program (its samples are " + typeNames(s.Types) + "), so a leak of the heap is not excluded"
	case s.Kind == Heap && s.Period == 0:
		d.Code, d.Next = CodeProfilingOff, "remove that setting"
		d.What = "the service has switched memory profiling off (runtime.MemProfileRate = 0), so a leak of the heap is not excluded"
	case s.Kind == Goroutine && (len(s.Types) == 0 || s.Types[0].Name != "goroutine"):
		d.What = "the target's goroutine profile is not a goroutine profile (its samples are " + typeNames(s.Types) + "), so a leak of goroutines is not excluded"
	default:
		return d, false
	}
	return d, true
}

// maxNames bounds how many sample types are named, and how long a name is.
const (
	maxNames   = 4
	maxNameLen = 24
)

func typeNames(types []SampleType) string {
	var names []string
	for _, t := range types[:min(len(types), maxNames)] {
		name := []rune(t.Name)
		names = append(names, string(name[:min(len(name), maxNameLen)]))
	}
	return strings.Join(names, ", ")
}
