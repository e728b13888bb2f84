package dump

import "github.com/leaktop/leaktop/profile"

// parked has the innermost frames of goroutines by state, which a dump leaves out, leaf
// first and without runtime.gopark.
var parked = map[string][]string{
	"chan receive":            {"runtime.chanrecv", "runtime.chanrecv1"},
	"chan receive (nil chan)": {"runtime.chanrecv", "runtime.chanrecv1"},
	"chan send":               {"runtime.chansend", "runtime.chansend1"},
	"chan send (nil chan)":    {"runtime.chansend", "runtime.chansend1"},
	"select":                  {"runtime.selectgo"},
	"select (no cases)":       {"runtime.block"},
	"IO wait":                 {"runtime.netpollblock"},
	"semacquire":              {"runtime.goparkunlock", "runtime.semacquire1"},
	"sync.Mutex.Lock":         {"runtime.goparkunlock", "runtime.semacquire1"},
	"sync.RWMutex.Lock":       {"runtime.goparkunlock", "runtime.semacquire1"},
	"sync.RWMutex.RLock":      {"runtime.goparkunlock", "runtime.semacquire1"},
	"sync.WaitGroup.Wait":     {"runtime.goparkunlock", "runtime.semacquire1"},
	"sync.Cond.Wait":          {"runtime.goparkunlock"},
}

// parkedFrames returns the frames of the runtime at the leaf of goroutines in a state; none
// if they run. A dump that has no states does not show that they run.
func parkedFrames(state string) []profile.Place {
	switch state {
	case "running", "runnable", "syscall":
		return nil
	}
	out := []profile.Place{{Func: "runtime.gopark"}}
	for _, name := range parked[state] {
		out = append(out, profile.Place{Func: name})
	}
	return out
}
