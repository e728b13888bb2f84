package ignore

import (
	"strings"
	"testing"
)

func TestMatches(t *testing.T) {
	const put = "example.com/shop/store.(*Cache[...]).Put"
	for _, test := range []struct {
		pattern, function string
		want              bool
	}{
		{put, put, true},
		{"store.(*Cache[...]).Put", put, true},
		{"(*Cache[...]).Put", put, false},
		{"Put", put, false},
		{"example.com/shop/store.(*Cache[...]).P", put, false},
		{"example.com/shop/...", put, true},
		{"store....", put, true},
		{"store.(*Cach...", put, true},
		{"example.com/shopping...", put, false},
		{"memory outside of Go", "memory outside of Go", true},
		{"store.(*Cache[...]).Put", "", false},
	} {
		l, err := New(test.pattern)
		if err != nil {
			t.Fatal(err)
		}
		if got := l.Matches(test.function); got != test.want {
			t.Errorf("%q matches %q: got %v, want %v", test.pattern, test.function, got, test.want)
		}
	}
	if (List{}).Matches(put) {
		t.Error("an empty list matches a function")
	}
}

func TestParse(t *testing.T) {
	l, err := Parse(strings.NewReader("# known\n\n  store.(*Cache).Put  # until 2.0\r\nexample.com/legacy...\t# all\nmain.a#b\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"store.(*Cache).Put", "example.com/legacy...", "main.a#b"}
	if strings.Join(l.patterns, "|") != strings.Join(want, "|") {
		t.Errorf("got patterns %q, want %q", l.patterns, want)
	}
	for text, want := range map[string]string{
		"ok\n...\n":                        "line 2: ",
		strings.Repeat("x", 2000):          "longer than",
		strings.Repeat("x\n", 1001):        "line 1001: ",
		strings.Repeat("x", 1<<17) + "\nx": "read ignored functions",
	} {
		if _, err := Parse(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20q: got error %v, want it to contain %q", text, err, want)
		}
	}
}

func TestMergeKeepsBoth(t *testing.T) {
	a, _ := New("a", "b")
	b, _ := New("c")
	both := a.Merge(b)
	if !both.Matches("a") || !both.Matches("c") || a.Matches("c") || !(List{}).IsEmpty() {
		t.Errorf("got merged list %+v", both)
	}
}
