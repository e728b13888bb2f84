package functions

import (
	"strings"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/format"
)

// WaitsAs says what goroutines wait for: the runtime's wait reason, if a dump has it,
// or else what the stack shows.
func WaitsAs(s *profile.Stack, k leak.StackFacts) string {
	text := WaitsFor(s)
	if k.State != "" {
		text = stateWord(k.State)
	}
	if k.Leaked {
		text = "leaked: " + text
	}
	if k.MedianWait > 0 {
		text += ", " + format.Duration(k.MedianWait)
	}
	return text
}

// stateWords maps the states in a dump to the words of waitWords, so that a dump does
// not change the vocabulary. Others are shown as the runtime writes them.
var stateWords = map[string]string{
	"chan send": "channel send", "chan receive": "channel receive", "chan send (nil chan)": "nil chan send",
	"chan receive (nil chan)": "nil chan receive", "select (no cases)": "select {}", "IO wait": "network or file",
	"sync.Mutex.Lock": "mutex", "sync.RWMutex.Lock": "rwmutex", "sync.RWMutex.RLock": "rwmutex",
	"sync.WaitGroup.Wait": "wait group", "sync.Cond.Wait": "condition", "syscall": "system call", "runnable": "running",
}

// stateWord returns the word for a state of a dump.
func stateWord(state string) string {
	if w, ok := stateWords[state]; ok {
		return w
	}
	return state
}

// waitWords says what a parked goroutine waits for, by the prefix of its innermost
// frame that matches. For each frame, leaf first, the rows are tried in order;
// runtime.gopark itself says nothing.
var waitWords = []struct{ prefix, word string }{
	{"runtime.chansend", "channel send"},
	{"runtime.chanrecv", "channel receive"},
	{"runtime.selectgo", "select"},
	{"runtime.block", "select {}"},
	{"time.Sleep", "sleep"},
	{"internal/sync.(*Mutex)", "mutex"},
	{"sync.(*Mutex)", "mutex"},
	{"sync.(*RWMutex)", "rwmutex"},
	{"sync.(*WaitGroup).Wait", "wait group"},
	{"sync.(*Cond)", "condition"},
	{"internal/poll.", "network or file"},
	{"runtime.netpollblock", "network or file"},
	{"syscall.", "system call"},
	{"os/signal.", "signal"},
	{"runtime.cgocall", "C call"},
}

// WaitsFor says what the goroutines of a stack wait for, "" if unknown.
func WaitsFor(s *profile.Stack) string {
	if s == nil {
		return ""
	}
	for i, f := range s.Frames() {
		if i == 8 {
			break
		}
		for _, w := range waitWords {
			if strings.HasPrefix(f.Func.Name, w.prefix) {
				return w.word
			}
		}
	}
	if s.Depth() > 0 && s.FrameAt(0).Func.Name != "runtime.gopark" {
		return "running"
	}
	return ""
}
