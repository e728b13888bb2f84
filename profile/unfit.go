package profile

import "strings"

// Unfit says why nothing can be told of a kind by the newest profile of it; ok is
// false if it can, or if there is none.
func (h *History) Unfit(k Kind) (d Diagnostic, ok bool) {
	st := h.current().stores[k]
	if st == nil || st.last == nil {
		return d, false
	}
	return unfit(st.last)
}

// Full tells whether stacks came that are not told apart any more, nor judged,
// because there are so many.
func (h *History) Full() bool {
	return h.full
}

func unfit(s *Snapshot) (d Diagnostic, ok bool) {
	d = Diagnostic{Code: CodeNotGo, Severity: SeverityBlocking, Kind: s.Kind}
	switch {
	case s.Kind == Heap && !heapTypes(s.Types):
		d.What = "what came as the heap profile is not one of Go (its samples are " + typeNames(s.Types) + "), so a leak of the heap is not excluded"
	case s.Kind == Heap && s.Period == 0:
		d.Code, d.Next = CodeProfilingOff, "remove that setting"
		d.What = "the service has switched memory profiling off (runtime.MemProfileRate = 0), so a leak of the heap is not excluded"
	case s.Kind == Goroutine && (len(s.Types) == 0 || s.Types[0].Name != "goroutine"):
		d.What = "what came as the goroutine profile is not one (its samples are " + typeNames(s.Types) + "), so a leak of goroutines is not excluded"
	default:
		return d, false
	}
	return d, true
}

// mostNames bounds how many sample types are named, and how long a name is.
const (
	mostNames  = 4
	longestOne = 24
)

func typeNames(types []SampleType) string {
	var names []string
	for _, t := range types[:min(len(types), mostNames)] {
		name := []rune(t.Name)
		names = append(names, string(name[:min(len(name), longestOne)]))
	}
	return strings.Join(names, ", ")
}
