package e2e

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/source/demo"
)

// findWait is how long the fleet view may take to name the leak on a busy machine. On an
// idle machine it takes less than two minutes; the test logs the time.
const findWait = 5 * time.Minute

// fleetRow is a row of the fleet: its port and its verdict.
var fleetRow = regexp.MustCompile(`(?m)^\s*›?\s*:(\d+) .*(LEAK|steady|watching)`)

// One of five replicas of a service leaks. The fleet view names it and the line that
// leaks, without a key being pressed. The others do the same work, except for the leak.
func TestFleetNamesTheLeak(t *testing.T) {
	if !eventually.IsFull() {
		t.Skip("it takes as long as a verdict; LEAKTOP_FULL is not set")
	}
	t.Parallel()
	var urls []string
	for i := range 5 {
		leaks := []string{"many-goroutines"}
		if i == 3 {
			leaks = append(leaks, "stuck-send")
		}
		child, err := demo.Start(t.Context(), findProgram(t, "leaktop"), leaks)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = child.Stop() })
		urls = append(urls, child.URL)
	}
	port := urls[3][strings.LastIndexByte(urls[3], ':')+1:]
	tm := start(t, 120, 40, "leaktop", urls...)
	tm.shows("5 targets", "1 Fleet")
	began := time.Now()
	// With the race detector, each goroutine also takes memory outside of Go, which is
	// a leak of its own.
	tm.waitWithin(findWait, "the leak", func(s string) bool {
		sentences, _, _ := strings.Cut(s, "1 Fleet")
		for _, want := range []string{"● LEAK  in 1 of 5: only ", port, "(*warehouse).count", " goroutines/h"} {
			if !strings.Contains(sentences, want) {
				return false
			}
		}
		return true
	})
	t.Logf("named after %v", time.Since(began).Round(time.Second))
	tm.waitFor("rows that agree", func(s string) bool {
		rows := fleetRow.FindAllStringSubmatch(s, -1)
		for _, row := range rows {
			if (row[2] == "LEAK") != (row[1] == port) {
				return false
			}
		}
		return len(rows) == 5
	})
	tm.press(keyEnter)
	tm.shows(":"+port, "1 Growing", "(*warehouse).count")
	tm.press("q")
	tm.exitsWith(0)
	tm.checkRestored()
}
