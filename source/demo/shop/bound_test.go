package shop

import "testing"

func TestBound(t *testing.T) {
	t.Parallel()
	b := &bound{fileLimit: 10}
	for _, test := range []struct {
		memory int64
		files  int
		want   bool
	}{
		{maxMemory / 2, 9, true},
		{1, 2, false},
		{1, 1, true},
		{maxMemory / 2, 0, false},
		{0, 0, true}, // reserves nothing, so it continues at the bound
		{maxMemory/2 - 1, 0, true},
		{1, 0, false},
		{0, 1, false},
	} {
		if got := b.reserve(test.memory, test.files); got != test.want {
			t.Errorf("reserve(%d, %d) = %v, want %v", test.memory, test.files, got, test.want)
		}
	}
	if u := b.usage(); u.Memory != maxMemory || u.Files != 10 || !u.Full {
		t.Errorf("usage() = %+v", u)
	}
	if n := newBound().fileLimit; n < 1 || n > maxFiles {
		t.Errorf("the limit of open files is %d", n)
	}
}
