package tui

import (
	"regexp"
	"strings"

	"github.com/sahilm/fuzzy"
)

// Matcher is a compiled filter.
type Matcher interface {
	Match(text string) bool
	Find(text string) [][]int
}

// NewMatcher compiles a filter: a regular expression, in which lower-case letters
// also match capitals; "~text" is fuzzy: the letters in that order. An incomplete
// expression is taken literally.
func NewMatcher(text string) Matcher {
	if text == "" {
		return nil
	}
	if rest, ok := strings.CutPrefix(text, "~"); ok {
		if rest == "" {
			return nil
		}
		return fuzzyMatcher(rest)
	}
	flag := ""
	if strings.ToLower(text) == text {
		flag = "(?i)"
	}
	re, err := regexp.Compile(flag + text)
	if err != nil {
		re = regexp.MustCompile(flag + regexp.QuoteMeta(text))
	}
	return regexpMatcher{re}
}

type regexpMatcher struct{ re *regexp.Regexp }

func (m regexpMatcher) Match(s string) bool   { return m.re.MatchString(s) }
func (m regexpMatcher) Find(s string) [][]int { return m.re.FindAllStringIndex(s, -1) }

type fuzzyMatcher string

func (m fuzzyMatcher) Match(s string) bool { return len(fuzzy.Find(string(m), []string{s})) > 0 }

func (m fuzzyMatcher) Find(s string) [][]int {
	hits := fuzzy.Find(string(m), []string{s})
	if len(hits) == 0 {
		return nil
	}
	var out [][]int
	for _, i := range hits[0].MatchedIndexes {
		if i < len(s) && s[i] < 0x80 {
			out = append(out, []int{i, i + 1})
		}
	}
	return out
}
