package trace

import (
	"testing"

	"github.com/leaktop/leaktop/profile"
)

// TestFewNamedAmongMany checks connections to two servers. The only known creator,
// of a connection to the admin page, is not blamed for the others.
func TestFewNamedAmongMany(t *testing.T) {
	serve := profile.Place{Func: "net/http.(*Server).Serve", File: "/usr/local/go/src/net/http/server.go", Line: 3493}
	admin := profile.Place{Func: "example.com/shop/admin.start.func1", File: "/src/shop/admin/start.go", Line: 7}
	reads := []profile.Place{{Func: "internal/poll.(*FD).Read", Line: 1}, {Func: "net/http.(*conn).serve", Line: 2}}
	for _, tt := range []struct{ ofAdmin, ofOthers, want int }{{1, 5, 0}, {5, 1, 1}, {2, 2, 1}} {
		tr := Trace{Births: []Birth{
			{N: tt.ofOthers, Entry: "net/http.(*conn).serve", WaitStack: reads, CreationStacks: [][]profile.Place{{serve}}},
			{N: tt.ofAdmin, Entry: "net/http.(*conn).serve", WaitStack: reads, CreationStacks: [][]profile.Place{{serve, admin}}},
			{N: 9, Entry: "os/signal.loop", CreationStacks: [][]profile.Place{{serve}}}, // waits elsewhere
		}}
		if got := tr.Creators(profile.NewHistoryBuilder()); len(got) != tt.want {
			t.Errorf("%d of the admin page and %d others: %v, want %d", tt.ofAdmin, tt.ofOthers, got, tt.want)
		}
	}
}
