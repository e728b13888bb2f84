package leak

import (
	"fmt"
	"slices"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/callstack"
	"github.com/leaktop/leaktop/profile/quantity"
)

// resource is something that goroutines wait for and that another one may hold, see
// holderOf.
type resource struct {
	// waits are the functions in which they wait; a goroutine in one of them does not hold
	// it.
	waits []string
	// inside is the function in which the holder runs. If that is empty, the holder runs the
	// service's function that waits, or a method of the same type.
	inside string
	// isLock means that the holder may also have returned without releasing it.
	isLock bool
}

var (
	mutex   = &resource{waits: []string{"sync.(*Mutex).Lock"}, isLock: true}
	rwMutex = &resource{waits: []string{"sync.(*RWMutex).Lock", "sync.(*RWMutex).RLock"}, isLock: true}
)

// holderOf returns the stack of the goroutine that holds the resource for which those of f
// wait, and its line in the service's code, as far as the newest profile shows: of all
// goroutines inside the function that takes the lock, or inside a method of the same type,
// the only one that does not wait for it. The stack is nil if there is no such goroutine, or
// if there are several.
func holderOf(in *Input, f *finding) (holder *profile.Stack, at profile.Frame) {
	all, _ := possibleHolders(in, f)
	if len(all) != 1 {
		return nil, at
	}
	i := all[0].IndexFrame(func(fr profile.Frame) bool { return fr.Func.Class == profile.ClassUser })
	if i < 0 {
		return nil, at
	}
	return all[0], all[0].FrameAt(i)
}

// possibleHolders returns the stacks of the goroutines that may hold the resource for which
// those of f wait; ok is false if they do not wait for a resource, or if goroutines are
// unknown.
func possibleHolders(in *Input, f *finding) (all []*profile.Stack, ok bool) {
	what := f.cause().resource
	if in.Waiting == nil || what == nil {
		return nil, false
	}
	receiver := callstack.ReceiverType(f.blamedName())
	var ofType []*profile.Stack
	for _, sm := range in.Waiting.Samples() {
		st := sm.Stack
		switch {
		case st.Observer || slices.ContainsFunc(what.waits, func(fn string) bool { return callstack.WaitsBelow(st, fn) }):
		case isInside(st, f.series.group.Blame, what.inside):
			all = append(all, st)
		case what.inside == "" && callstack.HasMethodOf(st, receiver):
			ofType = append(ofType, st)
		}
	}
	if len(all) == 0 {
		all = ofType
	}
	return all, true
}

// lacksHolder reports whether goroutines wait for a lock of a type while none of its other
// methods is running, so that the goroutine that took the lock must be gone.
func lacksHolder(in *Input, f *finding) bool {
	all, ok := possibleHolders(in, f)
	return ok && len(all) == 0 && f.signature.resource.isLock && callstack.ReceiverType(f.blamedName()) != ""
}

// isInside reports whether a stack is below a function of the service or, if that is
// given, below another one.
func isInside(st *profile.Stack, own *profile.Function, inside string) bool {
	if inside != "" {
		return callstack.Pattern{"...", inside}.Matches(st)
	}
	return own != nil && st.Contains(own)
}

// pastSend finds the goroutines that run the function in which those of f wait to send, but
// have passed the send. It returns where most of them are, and their number. at.Func is nil
// if there are none: then the channel does not limit concurrency.
func pastSend(in *Input, f *finding) (at profile.Frame, n int64) {
	fn := f.series.group.Blame
	waits := callstack.LineOf(f.heaviestStack(), fn)
	if in.Waiting == nil || fn == nil || waits.Line == 0 {
		return at, 0
	}
	most := int64(0)
	for _, sm := range in.Waiting.Samples() {
		i := sm.Stack.IndexFrame(func(fr profile.Frame) bool { return fr.Func == fn })
		if i < 0 || sm.Stack.FrameAt(i).Line <= waits.Line {
			continue
		}
		n += sm.Values[0]
		own := sm.Stack.IndexFrame(func(fr profile.Frame) bool { return fr.Func.Class == profile.ClassUser })
		if own < 0 {
			own = i // of a library's own goroutine
		}
		if sm.Values[0] > most {
			at, most = sm.Stack.FrameAt(own), sm.Values[0]
		}
	}
	return at, n
}

// describeSlots says what holds the slots that goroutines wait for.
func describeSlots(in *Input, f *finding) string {
	at, n := pastSend(in, f)
	if at.Func == nil {
		return ""
	}
	return fmt.Sprintf("Goroutines of the same function that have passed the send: %s, most in %s.", quantity.Count(float64(n)), describeFrame(at))
}

// selfWaiter returns the function that probably waits for itself, if goroutines wait for the
// RWMutex of a type: the next writer waits for a reader, and was called by a method of the
// type that takes the read lock too, in which others wait. at is where that method calls the
// writer, and writer where the writer waits; at.Func is nil if there is no such method, or
// if there are several.
func selfWaiter(in *Input, f *finding) (at, writer profile.Frame) {
	receiver := callstack.ReceiverType(f.blamedName())
	if in.Waiting == nil || f.cause().resource != rwMutex || receiver == "" {
		return at, writer
	}
	for _, sm := range in.Waiting.Samples() {
		st := sm.Stack
		if !(callstack.Pattern{"...", "sync.runtime_SemacquireRWMutex", "sync.(*RWMutex).Lock"}).Matches(st) {
			continue
		}
		own := st.IndexFrame(func(fr profile.Frame) bool { return fr.Func.Class == profile.ClassUser })
		if own < 0 || callstack.ReceiverType(st.FrameAt(own).Func.Name) != receiver {
			continue
		}
		if writer.Func != nil {
			return profile.Frame{}, profile.Frame{}
		}
		writer = st.FrameAt(own)
		for _, fr := range st.FrameList()[own+1:] {
			if callstack.ReceiverType(fr.Func.Name) == receiver && takesReadLock(in, fr.Func) {
				at = fr
				break
			}
		}
	}
	return at, writer
}

// takesReadLock reports whether goroutines wait for a read lock in a function itself.
func takesReadLock(in *Input, fn *profile.Function) bool {
	return slices.ContainsFunc(in.Waiting.Samples(), func(sm profile.Sample) bool {
		i := sm.Stack.IndexFrame(func(fr profile.Frame) bool { return fr.Func.Name == "sync.(*RWMutex).RLock" })
		return i >= 0 && i+1 < sm.Stack.Depth() && sm.Stack.FrameAt(i+1).Func == fn
	})
}
