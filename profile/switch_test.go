package profile

import (
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile/memory"
)

// Another process that the user chose starts a new series and is not a restart.
func TestSwitchIsNoRestart(t *testing.T) {
	b := NewHistoryBuilder()
	at := time.Unix(1_800_000_000, 0)
	kill := Exit{Reason: "OOMKilled", Code: 137, Restarts: 3}
	for _, e := range []Event{
		{Time: at.Add(time.Minute), Kind: EventRestart, Text: "switched to pod b", Switched: true},
		{Time: at.Add(2 * time.Minute), Kind: EventRestart, Text: "restarted", Exit: kill},
	} {
		b.AddReading(memory.Reading{Time: e.Time.Add(-time.Second), Sys: 1})
		b.AddEvent(e)
	}
	h := b.History()
	if _, restarts, _ := h.Epoch(); restarts != 1 || len(h.Readings()) != 0 {
		t.Errorf("got %d restarts, want 1; %d readings of the new process", restarts, len(h.Readings()))
	}
	if last := h.Events()[len(h.Events())-1]; last.Exit != kill {
		t.Errorf("the exit reason is lost: %+v", last)
	}
}
