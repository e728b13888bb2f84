package ui

import (
	"os"
	"testing"

	"github.com/leaktop/leaktop/e2e/eventually"
)

func TestMain(m *testing.M) {
	eventually.CollectLess()
	os.Exit(m.Run())
}
