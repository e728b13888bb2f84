package profile

import "testing"

// A program whose file is replaced while it runs is the same process.
func TestOtherBinary(t *testing.T) {
	shop := binaryOf("/opt/shop", "b1")
	for _, c := range []struct {
		b     string
		other bool
	}{
		{shop, false},
		{binaryOf("/opt/shop (deleted)", ""), false},
		{binaryOf("/opt/shop", "b2"), true},
		{binaryOf("/opt/cart", "b1"), true},
		{binaryOf("/opt/cart (deleted)", ""), true},
		{"", false},
		{binaryOf("", ""), false}, // no file descriptor is left to read the mappings
		{"/opt/shop", false},
	} {
		if isOtherBinary(shop, c.b) != c.other || isOtherBinary(c.b, shop) != c.other {
			t.Errorf("%q and %q: got different %v, want %v", shop, c.b, !c.other, c.other)
		}
	}
}
