package command

import (
	"strings"
	"testing"
)

func TestShareFlag(t *testing.T) {
	for text, want := range map[string]float64{"1%": 0.01, "0.05": 0.05, "2.5 %": 0.025, "100%": 1, "-1%": -0.01} {
		var s shareFlag
		if err := s.Set(text); err != nil || float64(s) != want {
			t.Errorf("%q is %v, %v; want %v", text, float64(s), err, want)
		}
	}
	for _, text := range []string{"", "%", "a lot", "1%%", "0", "0%"} {
		var s shareFlag
		if err := s.Set(text); err == nil || !strings.Contains(err.Error(), "1% or 0.01") {
			t.Errorf("%q: %v", text, err)
		}
	}
	s := shareFlag(0.01)
	if s.String() != "1%" {
		t.Errorf("0.01 is written %q", s.String())
	}
}
