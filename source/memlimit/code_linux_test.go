package memlimit

import (
	"os"
	"strconv"
	"strings"
	"testing"
)

// residentFile returns the resident bytes of mapped files.
func residentFile(t *testing.T) int {
	t.Helper()
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip(err)
	}
	_, rest, _ := strings.Cut(string(data), "RssFile:")
	value, _, _ := strings.Cut(rest, " kB")
	n, err := strconv.Atoi(strings.TrimSpace(value))
	if err != nil {
		t.Skip(err)
	}
	return n << 10
}

func TestReleaseCode(t *testing.T) {
	before := residentFile(t)
	ReleaseCode()
	if after := residentFile(t); after >= before {
		t.Errorf("%d bytes of code are resident, %d were", after, before)
	}
	TestBudgetFor(t) // the code is still there
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Skip(err)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(maps), exe); n < 100 && os.Getpagesize() <= mapAround {
		t.Errorf("the code has %d mappings: the kernel maps much around what is used", n)
	}
}
