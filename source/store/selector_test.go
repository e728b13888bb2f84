package store

import (
	"strings"
	"testing"
)

func TestParseSelector(t *testing.T) {
	for text, want := range map[string]string{
		`{}`:                                `{}`,
		`{job="checkout"}`:                  `{job="checkout"}`,
		` { job = "a" , pod =~ "b-.*", } `:  `{job="a",pod=~"b-.*"}`,
		`{a!="x",b!~"y"}`:                   `{a!="x",b!~"y"}`,
		`{a="with \"quotes\" and } and ,"}`: `{a="with \"quotes\" and } and ,"}`,
	} {
		s, err := ParseSelector(text)
		if err != nil || s.String() != want {
			t.Errorf("%s: got %s, %v; want %s", text, s, err, want)
		}
	}
	for _, text := range []string{``, `{`, `}`, `{job}`, `{job=}`, `{job=checkout}`, `{job="a" pod="b"}`, `{="a"}`, `{a=~"("}`, `{a=="b"}`, "{" + strings.Repeat(`a="b",`, 40) + "}"} {
		if s, err := ParseSelector(text); err == nil {
			t.Errorf("%s: got %s, want an error", text, s)
		}
	}
}

func TestParseQuery(t *testing.T) {
	for text, want := range map[string]string{
		``:                          `{}`,
		`job=checkout`:              `{job="checkout"}`,
		`pod=b&job=a%20b`:           `{job="a b",pod="b"}`,
		`job=~check.*&pod!=x`:       `{job=~"check.*",pod!="x"}`,
		`service_name=a&tier!=~b.c`: `{service_name="a",tier!~"b.c"}`,
	} {
		s, err := ParseQuery(text)
		if err != nil || s.String() != want {
			t.Errorf("%s: got %s, %v; want %s", text, s, err, want)
		}
	}
	for _, text := range []string{`%zz=1`, `a%22b=1`, `job=~(`, `=1`} {
		if s, err := ParseQuery(text); err == nil {
			t.Errorf("%s: got %s, want an error", text, s)
		}
	}
}

func FuzzParseSelector(f *testing.F) {
	f.Add(`{job="checkout",pod=~"b-.*"}`)
	f.Add(`{a="\x00"}`)
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseSelector(text)
		if err != nil {
			return
		}
		again, err := ParseSelector(s.String())
		if err != nil || again.String() != s.String() {
			t.Errorf("%q is written as %s, which is parsed as %s, %v", text, s, again, err)
		}
	})
}
