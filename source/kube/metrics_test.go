package kube

import (
	"testing"
	"time"
)

func TestFigureIsOfTheProcess(t *testing.T) {
	const window = 15 * time.Second
	for name, tc := range map[string]struct {
		at   time.Duration // after the start of the process
		want bool
	}{
		"before the start":                     {-time.Second, false},
		"mostly before the start":              {2 * time.Second, false},
		"by the last second before the start":  {window - 2*time.Second, false},
		"from the start on, in whole seconds":  {window - time.Second, true},
		"long after the start of this process": {time.Hour, true},
	} {
		if got := isOfProcess(noon.Add(tc.at), window, noon); got != tc.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if isOfProcess(noon, 0, time.Time{}) {
		t.Error("a container without a process has a figure")
	}
}
