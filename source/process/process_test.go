package process

import (
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile/memory"
)

func TestParseStatus(t *testing.T) {
	const text = "Name:\tshop\nVmPeak:\t  900000 kB\nVmRSS:\t   51200 kB\nRssAnon:\t   40960 kB\nRssFile:\t    8192 kB\nRssShmem:\t    2048 kB\nVmSwap:\t    1024 kB\nThreads:\t9\n"
	want := memory.Reading{Source: "/proc/PID/status", RSS: 50 << 20, Anon: 40 << 20, File: 8 << 20, Shared: 2 << 20, Swap: 1 << 20}
	if got := parseStatus(strings.NewReader(text)); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	for name, bad := range map[string]string{
		"nothing": "", "no number": "VmRSS:\tmany kB\n", "too large": "VmRSS:\t99999999999999999999 kB\n", "cut": "VmRSS", "negative": "RssAnon: -5 kB\n",
	} {
		if got := parseStatus(strings.NewReader(bad)); got != (memory.Reading{Source: want.Source}) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
