package main

import (
	"testing"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/tools/corpus/service"
)

// TestCausesAreSignatures checks that the expected causes of leaks are
// signatures of the judge.
func TestCausesAreSignatures(t *testing.T) {
	known := map[string]bool{}
	for _, s := range leak.Signatures {
		known[s.ID] = true
	}
	all := append(demoCases(), serviceCases()...)
	leaks := 0
	for _, c := range all {
		for _, l := range c.leaks {
			leaks++
			for _, s := range l.signatures {
				if !known[s] {
					t.Errorf("%s: no signature is %q", c.name, s)
				}
			}
		}
	}
	if leaks < 31+len(service.All())/3 {
		t.Errorf("there are only %d leaks", leaks)
	}
}
