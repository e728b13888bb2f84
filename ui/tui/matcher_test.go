package tui

import (
	"fmt"
	"testing"
)

func TestMatcher(t *testing.T) {
	const name = "example.com/shop/cart.(*Store).Put"
	for filter, want := range map[string]string{
		"put":       "[[31 34]]", // small letters match capitals too
		"Put":       "[[31 34]]",
		"PUT":       "[]",
		"cart|put":  "[[17 21] [31 34]]",
		"^example":  "[[0 7]]",
		"^cart":     "[]",
		"(*store":   "[[22 29]]", // no expression yet: taken literally
		"[":         "[]",
		"~cartput":  "[[8 9] [18 19] [19 20] [20 21] [31 32] [32 33] [33 34]]",
		"~putcart":  "[]", // not in that order
		"store).p$": "[]",
	} {
		m := NewMatcher(filter)
		hits := m.Find(name)
		if got := fmt.Sprint(hits); got != want || m.Match(name) != (want != "[]") {
			t.Errorf("%q finds %s, match %t; want %s", filter, got, m.Match(name), want)
		}
	}
	if NewMatcher("") != nil || NewMatcher("~") != nil {
		t.Error("nothing filters")
	}
}
