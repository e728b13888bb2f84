package quantity

import "testing"

func TestSeconds(t *testing.T) {
	for seconds, want := range map[float64]string{
		-1: "0s", 0.2: "0s", 58: "58s", 59.6: "1m", 120: "2m", 126: "2m6s", 252: "4m12s", 3599.9: "1h",
		11520: "3h12m", 14399: "4h", 86400: "1d", 187200: "2d4h",
	} {
		if got := Seconds(seconds); got != want {
			t.Errorf("%g s: got %q, want %q", seconds, got, want)
		}
	}
	for h, want := range map[float64]string{0.001: "~1m", 0.43: "~26m", 26: "~26h", 100: "~4d"} {
		if got := Hours(h); got != want {
			t.Errorf("%g h: got %q, want %q", h, got, want)
		}
	}
}
