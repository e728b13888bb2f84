package profile

import "strings"

// Unfit says why nothing can be told of a kind by the newest profile of it, a
// sentence; empty if it can, or if there is none.
func (h *History) Unfit(k Kind) string {
	h.mu.RLock()
	defer h.mu.RUnlock()
	st := h.current().stores[k]
	if st == nil || st.last == nil {
		return ""
	}
	return unfit(st.last)
}

// Full tells whether stacks came that are not told apart any more, nor judged,
// because there are so many.
func (h *History) Full() bool {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.syms.folded > 0 || h.syms.byName[overflow] != nil
}

func unfit(s *Snapshot) string {
	switch {
	case s.Kind == Heap && !heapTypes(s.Types):
		return "what came as the heap profile is not one of Go (its samples are " + typeNames(s.Types) + "), so a leak of the heap is not excluded"
	case s.Kind == Heap && s.Period == 0:
		return "the service has switched memory profiling off (runtime.MemProfileRate = 0), so a leak of the heap is not excluded: take that out of it"
	case s.Kind == Goroutine && (len(s.Types) == 0 || s.Types[0].Name != "goroutine"):
		return "what came as the goroutine profile is none (its samples are " + typeNames(s.Types) + "), so a leak of goroutines is not excluded"
	}
	return ""
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
