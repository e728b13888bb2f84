package ui

import (
	"regexp"
	"strings"

	"github.com/sahilm/fuzzy"
)

// matcher is a filter understood.
type matcher interface {
	match(text string) bool
	find(text string) [][]int
}

// newMatcher understands a filter: a regular expression, in which small letters
// match capitals too; "~text" is fuzzy: the letters in that order. An
// expression that is not finished yet is taken literally.
func newMatcher(text string) matcher {
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

func (m regexpMatcher) match(s string) bool   { return m.re.MatchString(s) }
func (m regexpMatcher) find(s string) [][]int { return m.re.FindAllStringIndex(s, -1) }

type fuzzyMatcher string

func (m fuzzyMatcher) match(s string) bool { return len(fuzzy.Find(string(m), []string{s})) > 0 }

func (m fuzzyMatcher) find(s string) [][]int {
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
