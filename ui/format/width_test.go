package format

import "testing"

func TestFitWords(t *testing.T) {
	const text = "memory has grown for 3d4h (+264 MiB/h); it restarted"
	for w, want := range map[int]string{
		100: text, 52: text, 51: "memory has grown for 3d4h (+264 MiB/h); it …", 40: "memory has grown for 3d4h (+264 MiB/h) …",
		39: "memory has grown for 3d4h (+264 …", 3: "me…",
	} {
		if got := FitWords(text, w); got != want {
			t.Errorf("in %d columns: %q, want %q", w, got, want)
		}
	}
	if got, want := FitWords("\x1b[1mfar too long\x1b[m", 9), "\x1b[1mfar too …\x1b[m"; got != want {
		t.Errorf("with a style: %q, want %q", got, want)
	}
}
