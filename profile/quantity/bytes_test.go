package quantity

import "testing"

func TestBytesTrimmed(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 B", 1023: "1023 B", 1024: "1 KiB", 512 << 20: "512 MiB", 1536 << 20: "1.5 GiB", 1000 << 20: "1000 MiB", 100e6: "95.4 MiB",
	} {
		if got := BytesTrimmed(n); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}

func TestBytesRough(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0 B", 9 << 10: "9 KiB", 1.5 * (1 << 20): "1.5 MiB", 36.2 * (1 << 20): "36 MiB", 1023.6 * (1 << 10): "1.0 MiB", -2 << 20: "-2 MiB",
	} {
		if got := BytesRough(v); got != want {
			t.Errorf("%g: got %q, want %q", v, got, want)
		}
	}
}
