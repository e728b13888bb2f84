package ui

import (
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/source/session"
)

// A restart buys the time that memory takes to grow from the lowest observed value to the limit.
func TestFirstAid(t *testing.T) {
	var st session.State
	if got := firstAid(st); got != "a restart frees what has leaked; for how long is unknown without a memory limit (--limit sets it)" {
		t.Error(got)
	}
	st.Report.Memory = leak.Memory{Limit: 1000 << 20, Charged: 800 << 20, HoursToLimit: 2}
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	st.Memory = []memory.Reading{{Time: at, RSS: 200 << 20}, {Time: at.Add(time.Hour), RSS: 800 << 20}}
	if got := firstAid(st); got != "a restart buys about 8h at this rate" && got != "a restart buys about ~8h at this rate" {
		t.Error(got)
	}
	if got := describeLimit(st.Report.Memory); got != "800 MiB of 1000 MiB used, reached in ~2h" {
		t.Error(got)
	}
}

func TestShellQuote(t *testing.T) {
	for give, want := range map[string]string{
		"127.0.0.1:6060": "127.0.0.1:6060", "a b": "'a b'", "": "''", "it's": `'it'\''s'`, "$(x)": "'$(x)'",
	} {
		if got := shellQuote(give); got != want {
			t.Errorf("%q: %s, want %s", give, got, want)
		}
	}
}
