package command

import (
	"testing"

	"pgregory.net/rapid"
)

func TestParseSize(t *testing.T) {
	tests := []struct {
		in   string
		want int64
		ok   bool
	}{
		{"1073741824", 1 << 30, true},
		{"2GiB", 2 << 30, true},
		{"2Gi", 2 << 30, true},
		{"512MB", 512e6, true},
		{"512mb", 512e6, true},
		{"512M", 512e6, true},
		{" 1.5 GiB ", 3 << 29, true},
		{"0", 0, true},
		{"100 bytes", 100, true},
		{"7TiB", 7 << 40, true},
		{"", 0, false},
		{"GiB", 0, false},
		{"-1GiB", 0, false},
		{"2 GiBs", 0, false},
		{"two", 0, false},
		{"1e400", 0, false},
		{"NaN", 0, false},
		{"inf", 0, false},
		{"99999999TiB", 0, false},
	}
	for _, tt := range tests {
		got, err := parseSize(tt.in)
		if got != tt.want || (err == nil) != tt.ok {
			t.Errorf("parseSize(%q) = %d, %v; want %d, ok %v", tt.in, got, err, tt.want, tt.ok)
		}
	}
}

func TestParseSizeNeverNegative(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[-0-9. eE+]{0,12}[a-zA-Z]{0,4}`).Draw(t, "size")
		if n, err := parseSize(s); n < 0 || err != nil && n != 0 {
			t.Errorf("parseSize(%q) = %d, %v", s, n, err)
		}
	})
}
