package report

import (
	"testing"
	"time"
)

func TestDescribeSpanNamesTheDaysOfBothEnds(t *testing.T) {
	from := time.Date(2026, 11, 28, 17, 24, 40, 0, time.UTC)
	for d, want := range map[time.Duration]string{
		2 * time.Minute: "2m, 17:24:40 to 17:26:40 UTC on 2026-11-28",
		48 * time.Hour:  "2d, 2026-11-28 17:24 to 2026-11-30 17:24 UTC",
	} {
		if got := describeSpan(from, from.Add(d)); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
