package session

import (
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/dump"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/trace"
)

// addCreators adds the creators from another trace.
func addCreators(k *leak.StackFacts, cs []trace.Creator) {
next:
	for _, c := range cs {
		for i := range k.Creators {
			if k.Creators[i].Func == c.Func && k.Creators[i].Line == c.Line {
				k.Creators[i].N += c.N
				continue next
			}
		}
		k.Creators = append(k.Creators, c)
	}
	trace.SortCreators(k.Creators)
}

// addDump adds the facts from a dump.
func addDump(k *leak.StackFacts, g dump.Group, at time.Time, b *profile.HistoryBuilder) {
	k.Dumped, k.Count = at, len(g.Goroutines)
	k.State, _ = g.CommonState()
	k.MedianWait, k.LongestWait = g.WaitTimes()
	k.Leaked = k.Leaked || g.CountLeaked() > 0
	if by, n := g.CommonCreator(); n > 0 {
		k.Creator, k.Created = b.Frames([]profile.Place{by})[0], n
	}
}
