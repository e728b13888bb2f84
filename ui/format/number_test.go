package format

import (
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestBytes(t *testing.T) {
	for in, want := range map[float64]string{
		0:                       "0 B",
		1:                       "1 B",
		999:                     "999 B",
		1023:                    "1023 B",
		1024:                    "1.00 KiB",
		1536:                    "1.50 KiB",
		10 << 10:                "10.0 KiB",
		412 << 20:               "412 MiB",
		1023 << 20:              "1023 MiB",
		1<<30 - 1:               "1.00 GiB", // rounds up into the next unit
		1.02 * (1 << 30):        "1.02 GiB",
		9.996 * (1 << 20):       "10.0 MiB",
		99.97 * (1 << 20):       "100 MiB",
		-412 << 20:              "-412 MiB",
		-0.2:                    "0 B",
		math.MaxInt64:           "8.00 EiB",
		math.MaxFloat64:         "1023 EiB",
		-math.MaxFloat64:        "-1023 EiB",
		math.Inf(1):             "1023 EiB",
		math.Copysign(0, -1):    "0 B",
		0.5 * (1 << 40):         "512 GiB",
		1024*(1<<40) - (1 << 9): "1.00 PiB",
	} {
		if got := Bytes(in); got != want {
			t.Errorf("%v: got %q, want %q", in, got, want)
		}
	}
	if got := Bytes(math.NaN()); got != "0 B" {
		t.Errorf("NaN: %q", got)
	}
	if got := Bytes(int64(math.MinInt64)); got != "-8.00 EiB" {
		t.Errorf("the least int64: %q", got)
	}
}

func TestBytesKeepTheirWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64().Draw(t, "v")
		s := strings.TrimPrefix(Bytes(v), "-")
		if len(s) > 8 {
			t.Fatalf("%v: %q", v, s)
		}
		if s := strings.TrimPrefix(BytesShort(v), "-"); len(s) > 5 {
			t.Fatalf("%v: %q", v, s)
		}
		if s := strings.TrimPrefix(CountShort(v), "-"); len(s) > 5 {
			t.Fatalf("%v: %q", v, s)
		}
	})
}

func TestCount(t *testing.T) {
	for in, want := range map[int64]string{
		0: "0", 7: "7", 999: "999", 1000: "1,000", 12481: "12,481", 1234567: "1,234,567", -1000: "-1,000", -999: "-999",
	} {
		if got := Count(in); got != want {
			t.Errorf("%d: got %q, want %q", in, got, want)
		}
	}
	if got := Count(-0.3); got != "0" {
		t.Errorf("-0.3: %q", got)
	}
}

func TestShort(t *testing.T) {
	for _, c := range []struct {
		unit string
		in   float64
		want string
	}{
		{"bytes", 0, "0"},
		{"bytes", 512, "512"},
		{"bytes", 256 << 20, "256M"},
		{"bytes", 1.5 * (1 << 30), "1.5G"},
		{"count", 950, "950"},
		{"count", 12500, "12.5k"},
		{"goroutines", 3e6, "3M"},
		{"nanoseconds", 2e6, "2.00ms"},
		{"widgets", 12500, "12.5k"},
	} {
		if got := AxisFormat(c.unit)(c.in); got != c.want {
			t.Errorf("%v %s: got %q, want %q", c.in, c.unit, got, c.want)
		}
	}
}

func TestUnits(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Value(int64(412<<20), "bytes"), "412 MiB"},
		{Value(12481, "count"), "12,481"},
		{Value(1.02e9, "nanoseconds"), "1.02 s"},
		{Value(7, "wid\x1b[2Jgets"), "7 widgets"},
		{Delta(412<<20, "bytes"), "+412 MiB"},
		{Delta(-412<<20, "bytes"), "-412 MiB"},
		{Delta(0, "bytes"), "0 B"},
		{Delta(0.2, "bytes"), "0 B"},
		{Delta(12, "count"), "+12"},
		{Delta(3e6, "nanoseconds"), "+3.00 ms"},
		{PerHour(38.4*(1<<20), "bytes"), "+38.4 MiB/h"},
		{PerHour(1020, "goroutines"), "+1,020/h"},
		{PerDay(38.5*(1<<20), "bytes"), "+924 MiB/day"},
		{PerDay(-3, "count"), "-72/day"},
		{PerHour(-3, "count"), "-3/h"},
		{PerHour(0, "bytes"), "0 B/h"},
		{PerHour(math.NaN(), "count"), "0/h"},
		{Percent(0.003), "0.3%"},
		{Percent(0.94), "94%"},
		{Percent(0), "0%"},
		{Percent(0.0001), "<0.1%"},
		{Percent(1), "100%"},
		{Percent(0.0996), "10%"},
		{Percent(-0.2), "-20%"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestTimes(t *testing.T) {
	for in, want := range map[time.Duration][2]string{
		0:                                      {"0s", "0s"},
		20 * time.Microsecond:                  {"<1ms", "0s"},
		850 * time.Millisecond:                 {"850ms", "1s"},
		2500 * time.Millisecond:                {"2.5s", "2s"},
		58 * time.Second:                       {"58s", "58s"},
		59900 * time.Millisecond:               {"1m", "60s"},
		4*time.Minute + 12*time.Second:         {"4m12s", "4m"},
		time.Hour - time.Millisecond:           {"1h", "60m"},
		3*time.Hour + 12*time.Minute:           {"3h12m", "3h"},
		26 * time.Hour:                         {"1d2h", "26h"},
		52*time.Hour + 40*time.Minute:          {"2d5h", "53h"},
		24*time.Hour - time.Second:             {"1d", "24h"},
		100 * 24 * time.Hour:                   {"100d", "100d"},
		-(4*time.Minute + 12*time.Second):      {"-4m12s", "0s"},
		time.Duration(math.MinInt64):           {"-106751d23h", "0s"},
		9960 * time.Millisecond:                {"10s", "10s"},
		3*time.Hour + 59*time.Minute + 40*1e9:  {"4h", "4h"},
		23*time.Hour + 59*time.Minute + 40*1e9: {"1d", "24h"},
		999*time.Millisecond + 700*1000:        {"1.0s", "1s"},
		time.Second + 40*time.Millisecond:      {"1.0s", "1s"},
		time.Duration(math.MaxInt64):           {"106751d23h", "106,752d"},
	} {
		if got := [2]string{Duration(in), Roughly(in)}; got != want {
			t.Errorf("%v: got %q, want %q", in, got, want)
		}
	}
	for in, want := range map[int64]string{0: "0 ns", 999: "999 ns", 1500: "1.50 µs", 412e6: "412 ms", 204e9: "3.40 min", 45e12: "12.5 h"} {
		if got := Nanoseconds(in); got != want {
			t.Errorf("%d: got %q, want %q", in, got, want)
		}
	}
	for in, want := range map[time.Duration]string{
		0: "00:00:00", -time.Second: "00:00:00", 4*time.Minute + 12*time.Second: "00:04:12", 100 * time.Hour: "100:00:00",
	} {
		if got := Elapsed(in); got != want {
			t.Errorf("%v: got %q, want %q", in, got, want)
		}
	}
}
