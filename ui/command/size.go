package command

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/leaktop/leaktop/profile/plain"
)

// sizeUnits are the units of a size: powers of 1024 (IEC 80000-13 and Kubernetes)
// and of 1000 (SI).
var sizeUnits = []struct {
	names string // separated by spaces, in lower case
	size  float64
}{
	{"kib ki", 1 << 10},
	{"mib mi", 1 << 20},
	{"gib gi", 1 << 30},
	{"tib ti", 1 << 40},
	{"kb k", 1e3},
	{"mb m", 1e6},
	{"gb g", 1e9},
	{"tb t", 1e12},
	{"b bytes", 1},
}

// parseSize parses a size and returns it in bytes: "2GiB", "512MB", "1.5 Gi",
// "1073741824". Case does not matter.
func parseSize(s string) (int64, error) {
	number := strings.TrimRight(strings.TrimSpace(s), "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
	unit, ok := sizeUnit(strings.ToLower(strings.TrimSpace(s)[len(number):]))
	v, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if err != nil || !ok || math.IsNaN(v) || v < 0 {
		return 0, fmt.Errorf("%q is not a size; use 2GiB, 512MB or 1073741824", plain.Clip(s, 40))
	}
	if v *= unit; v >= math.MaxInt64 {
		return 0, fmt.Errorf("%q is too large", plain.Clip(s, 40))
	}
	return int64(math.Round(v)), nil
}

func sizeUnit(name string) (float64, bool) {
	if name == "" {
		return 1, true
	}
	for _, u := range sizeUnits {
		for n := range strings.FieldsSeq(u.names) {
			if n == name {
				return u.size, true
			}
		}
	}
	return 0, false
}
