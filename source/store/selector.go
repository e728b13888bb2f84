package store

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Matcher is a condition on one label.
type Matcher struct {
	Name  string
	Op    string // one of = != =~ !~
	Value string
}

// Selector chooses series by their labels: all of its conditions must hold.
type Selector []Matcher

var labelName = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_.]*$`)

// maxMatchers bounds a selector.
const maxMatchers = 32

// ParseSelector parses the syntax of Prometheus: {job="checkout",pod=~"a.*"}.
func ParseSelector(text string) (Selector, error) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(text), "{")
	if !ok {
		return nil, errors.New("a selector must begin with {")
	}
	if rest, ok = strings.CutSuffix(rest, "}"); !ok {
		return nil, errors.New("a selector must end with }")
	}
	var s Selector
	for rest = strings.TrimSpace(rest); rest != ""; {
		m, after, err := cutMatcher(rest)
		if err != nil {
			return nil, err
		}
		if s = append(s, m); len(s) > maxMatchers {
			return nil, fmt.Errorf("a selector has at most %d conditions", maxMatchers)
		}
		if rest = strings.TrimSpace(after); rest == "" {
			break
		}
		if rest, ok = strings.CutPrefix(rest, ","); !ok {
			return nil, errors.New("a comma is missing between two conditions")
		}
		rest = strings.TrimSpace(rest)
	}
	return s, nil
}

// cutMatcher cuts a condition off the front of a selector.
func cutMatcher(text string) (m Matcher, rest string, err error) {
	i := strings.IndexAny(text, "=!")
	if i < 0 {
		return m, "", errors.New(`a condition is NAME="VALUE"`)
	}
	m.Name, rest = strings.TrimSpace(text[:i]), text[i:]
	for _, op := range []string{"=~", "!~", "!=", "="} {
		if after, ok := strings.CutPrefix(rest, op); ok {
			m.Op, rest = op, strings.TrimSpace(after)
			break
		}
	}
	if m.Op == "" || !labelName.MatchString(m.Name) {
		return m, "", errors.New(`a condition is NAME="VALUE"`)
	}
	quoted, err := strconv.QuotedPrefix(rest)
	if err != nil {
		return m, "", errors.New("the value of a condition is in quotes")
	}
	if m.Value, err = strconv.Unquote(quoted); err != nil {
		return m, "", errors.New("the value of a condition is in quotes")
	}
	return m, rest[len(quoted):], m.check()
}

// check returns an error if a regular expression does not compile.
func (m Matcher) check() error {
	if strings.HasSuffix(m.Op, "~") {
		if _, err := regexp.Compile(m.Value); err != nil {
			return fmt.Errorf("the regular expression of %s is not valid", m.Name)
		}
	}
	return nil
}

// ParseQuery parses the conditions in the query of a URL: job=checkout&pod=~a.*
func ParseQuery(query string) (Selector, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, errors.New("the query is not well-formed")
	}
	var s Selector
	for name, all := range values {
		for _, value := range all {
			m := Matcher{Name: name, Op: "=", Value: value}
			if v, ok := strings.CutPrefix(value, "~"); ok {
				m.Op, m.Value = "=~", v
			}
			if n, ok := strings.CutSuffix(name, "!"); ok {
				m.Name, m.Op = n, map[string]string{"=": "!=", "=~": "!~"}[m.Op]
			}
			if !labelName.MatchString(m.Name) {
				return nil, errors.New("a condition is NAME=VALUE")
			}
			if err := m.check(); err != nil {
				return nil, err
			}
			s = append(s, m)
		}
	}
	if len(s) > maxMatchers {
		return nil, fmt.Errorf("a selector has at most %d conditions", maxMatchers)
	}
	slices.SortFunc(s, func(a, b Matcher) int { return strings.Compare(a.Name+a.Op+a.Value, b.Name+b.Op+b.Value) })
	return s, nil
}

// String returns the selector in the syntax of Prometheus.
func (s Selector) String() string {
	parts := make([]string, len(s))
	for i, m := range s {
		parts[i] = m.Name + m.Op + strconv.Quote(m.Value)
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// Value returns the value that the selector requires of a label; empty if it allows
// several.
func (s Selector) Value(name string) string {
	for _, m := range s {
		if m.Name == name && m.Op == "=" {
			return m.Value
		}
	}
	return ""
}

// With returns s with further conditions.
func (s Selector) With(l Labels) Selector {
	out := slices.Clone(s)
	for _, x := range l {
		if s.Value(x.Name) != x.Value {
			out = append(out, Matcher{Name: x.Name, Op: "=", Value: x.Value})
		}
	}
	return out
}
