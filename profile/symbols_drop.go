package profile

import "slices"

// isFull reports whether functions or stacks have been folded for lack of room.
func (t *Symbols) isFull() bool { return t.folded > 0 || t.byName[overflowName] != nil }

// refreshSnapshot returns a snapshot whose stacks are interned: those dropped since
// it was parsed are interned again.
func (t *Symbols) refreshSnapshot(s *Snapshot) *Snapshot {
	if s.generation == t.generation {
		return s
	}
	out := *s
	out.generation, out.id, out.after = t.generation, 0, 0
	list := slices.Clone(s.Samples())
	for i := range list {
		frames := list[i].Stack.FrameList()
		for j, f := range frames {
			frames[j].Func = t.internFunc(f.Func.Symbol(), f.Func.File, int64(f.Func.StartLine))
		}
		list[i].Stack = t.internStack(frames)
	}
	out.SetSamples(list)
	return &out
}

// foldedStack returns the stack that represents all folded stacks of a function to
// blame.
func (t *Symbols) foldedStack(blame *Function) *Stack {
	var frames []Frame
	if blame != nil {
		frames = []Frame{{Func: blame}}
	}
	key := t.stepOf(frames).applyTo(t.start)
	if s := t.byKey[key]; s != nil {
		return s
	}
	s := t.addStack(key, t.numberFrames(nil, frames))
	s.folded = true
	return s
}

// countLive computes the size of the given stacks with their functions.
func (t *Symbols) countLive(stacks map[*Stack]bool) {
	t.live = 0
	seen := map[*Function]bool{}
	for s := range stacks {
		t.live += stackSize(s)
		for _, f := range s.Frames() {
			if !seen[f.Func] {
				seen[f.Func] = true
				t.live += functionSize(f.Func)
			}
		}
	}
}

// dropUnused drops all stacks except these, and the functions that are then
// unreferenced.
func (t *Symbols) dropUnused(keep map[*Stack]bool) {
	t.generation++
	t.size, t.short = 0, false
	byKey := make(map[stackKey]*Stack, len(keep))
	used := map[*Function]bool{}
	for key, s := range t.byKey {
		if !keep[s] && s != t.overflowStack {
			continue
		}
		byKey[key] = s
		t.size += stackSize(s)
		for _, f := range s.Frames() {
			used[f.Func] = true
		}
	}
	t.byKey = byKey
	t.renewFrames()
	t.size += t.frames.size()
	for id, s := range t.stacks {
		if s != nil && !keep[s] && s != t.overflowStack {
			t.stacks[id] = nil
			t.unused = append(t.unused, int32(id))
		}
	}
	byName := make(map[string]*Function, len(used))
	for name, f := range t.byName {
		if used[f] || t.pinned[f] {
			byName[name] = f
			t.size += functionSize(f)
			continue
		}
		t.funcs[f.ID] = nil
		t.free = append(t.free, f.ID)
	}
	t.byName, t.live = byName, t.size
	clear(t.instances)
}
