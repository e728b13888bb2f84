package report

import (
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/onset"
)

func TestDescribeOnset(t *testing.T) {
	at := func(day, hour, minute int) time.Time {
		return time.Date(2026, 11, day, hour, minute, 0, 0, time.UTC)
	}
	restart := onset.Start{Time: at(26, 3, 10), Version: "v1.9"}
	rollout := onset.Start{Time: at(26, 3, 10), Version: "v1.9", IsNewVersion: true}
	for _, tt := range []struct {
		onset       *onset.Onset
		unit        string
		text, short string
	}{
		{nil, "bytes", "", ""},
		{
			&onset.Onset{Time: at(26, 3, 12), Low: at(26, 3, 11), High: at(26, 3, 12)}, "bytes",
			"2026-11-26 03:12 UTC", "since 26 Nov 03:12",
		},
		{
			&onset.Onset{Time: at(26, 3, 12), Low: at(25, 23, 50), High: at(26, 4, 5)}, "bytes",
			"2026-11-26 03:12 UTC (95% CI 2026-11-25 23:50 to 04:05)", "since 26 Nov 03:12",
		},
		{
			&onset.Onset{Time: at(26, 3, 12), Low: at(26, 3, 10), High: at(26, 3, 15), Start: &rollout, IsWith: true}, "bytes",
			"2026-11-26 03:10 UTC, with the restart to version v1.9", "since 26 Nov 03:10 (v1.9)",
		},
		{
			&onset.Onset{Time: at(26, 3, 12), Low: at(26, 3, 10), High: at(26, 3, 15), Start: &restart, IsWith: true}, "bytes",
			"2026-11-26 03:10 UTC, with the restart", "since the restart at 26 Nov 03:10",
		},
		{
			&onset.Onset{Time: at(26, 3, 20), Low: at(26, 3, 5), High: at(26, 3, 40), Start: &rollout}, "bytes",
			"2026-11-26 03:20 UTC (95% CI 03:05 to 03:40), near the restart to version v1.9 at 03:10", "since 26 Nov 03:20",
		},
		{
			&onset.Onset{Time: at(24, 3, 12), Low: at(24, 3, 12), High: at(24, 3, 40), IsBefore: true}, "bytes",
			"before 2026-11-24 03:12 UTC, when the profiles begin", "since before 24 Nov 03:12",
		},
		{
			&onset.Onset{Time: at(25, 3, 12), Low: at(24, 3, 12), High: at(25, 9, 0), IsBefore: true}, "bytes",
			"before 2026-11-25 09:00 UTC", "since before 25 Nov 09:00",
		},
		{
			&onset.Onset{Time: at(26, 3, 12), Low: at(26, 3, 11), High: at(26, 3, 12), Steps: &onset.Steps{Count: 7, Period: 6*time.Hour + 3*time.Second, Height: 4 << 20}}, "bytes",
			"2026-11-26 03:12 UTC, in steps of about 4.00 MiB, one every 6h", "since 26 Nov 03:12",
		},
		{
			&onset.Onset{Time: at(26, 3, 12), Low: at(26, 3, 11), High: at(26, 3, 12), Steps: &onset.Steps{Count: 7, Period: 5 * time.Minute, Height: 12}}, "goroutines",
			"2026-11-26 03:12 UTC, in steps of about 12 goroutines, one every 5m", "since 26 Nov 03:12",
		},
	} {
		s := leak.Suspect{Unit: tt.unit, Onset: tt.onset}
		if got := DescribeOnset(s, time.UTC); got != tt.text {
			t.Errorf("got  %s\nwant %s", got, tt.text)
		}
		if got := ShortOnset(s, time.UTC); got != tt.short {
			t.Errorf("got  %s\nwant %s", got, tt.short)
		}
	}
}
