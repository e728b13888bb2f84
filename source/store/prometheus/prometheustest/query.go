package prometheustest

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/leaktop/leaktop/source/store"
	"github.com/leaktop/leaktop/source/store/storetest"
)

// expression is a query: alternatives joined by "or".
type expression struct {
	selector store.Selector
	by       []string     // of max by, nil without
	replace  *store.Label // of label_replace, nil without
	low      float64      // bounds of the values, if bounded
	high     float64
	bounded  bool
	or       *expression
}

var errSyntax = errors.New("parse error: unexpected input")

var (
	replacing = regexp.MustCompile(`^label_replace\((.*),"([a-z]+)","([a-z]*)","",""\)$`)
	maximum   = regexp.MustCompile(`^max by \(([a-z_, ]+)\) \((.*)\)$`)
	compared  = regexp.MustCompile(`^(.*) > ([0-9.]+) < ([0-9.]+)$`)
	named     = regexp.MustCompile(`^([a-zA-Z_:][a-zA-Z0-9_:]*)?(\{.*\})?$`)
)

// parseQuery parses a query.
func parseQuery(text string) (*expression, error) {
	if first, rest, ok := strings.Cut(text, " or label_replace("); ok {
		e, err := parseQuery(first)
		if err != nil {
			return nil, err
		}
		e.or, err = parseQuery("label_replace(" + rest)
		return e, err
	}
	if m := replacing.FindStringSubmatch(text); m != nil {
		e, err := parseQuery(m[1])
		if err == nil {
			e.replace = &store.Label{Name: m[2], Value: m[3]}
		}
		return e, err
	}
	if m := maximum.FindStringSubmatch(text); m != nil {
		e, err := parseQuery(m[2])
		if err == nil {
			e.by = strings.Split(strings.ReplaceAll(m[1], " ", ""), ",")
		}
		return e, err
	}
	if m := compared.FindStringSubmatch(text); m != nil {
		e, err := parseQuery(m[1])
		if err != nil {
			return nil, err
		}
		e.bounded = true
		e.low, _ = strconv.ParseFloat(m[2], 64)
		e.high, err = strconv.ParseFloat(m[3], 64)
		return e, err
	}
	m := named.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil || m[0] == "" {
		return nil, errSyntax
	}
	e := &expression{}
	if m[2] != "" {
		var err error
		if e.selector, err = store.ParseSelector(m[2]); err != nil {
			return nil, errSyntax
		}
	}
	if m[1] != "" {
		e.selector = append(e.selector, store.Matcher{Name: "__name__", Op: "=", Value: m[1]})
	}
	return e, nil
}

// labeled is one value of a result.
type labeled struct {
	labels store.Labels
	value  float64
}

// selected is a series with the labels that it has in a result.
type selected struct {
	Series
	labels store.Labels
}

// choose returns the series that an expression selects, those of its alternatives last.
func (e *expression) choose(s *Server) (out []selected) {
	s.mu.Lock()
	for _, x := range s.series {
		if !storetest.Matches(e.selector, x.Labels) {
			continue
		}
		labels := x.Labels
		if e.by != nil {
			labels = slices.DeleteFunc(slices.Clone(labels), func(l store.Label) bool { return !slices.Contains(e.by, l.Name) })
		}
		if e.replace != nil {
			labels = append(slices.Clone(labels), *e.replace)
		}
		out = append(out, selected{x, labels})
	}
	s.mu.Unlock()
	if e.or != nil {
		out = append(out, e.or.choose(s)...)
	}
	return out
}

// evaluate returns the values of chosen series at a time; of those with equal labels, the
// highest.
func (e *expression) evaluate(chosen []selected, at time.Time) (out []labeled) {
	for _, x := range chosen {
		v, ok := x.valueAt(at)
		if !ok || e.bounded && (v <= e.low || v >= e.high) {
			continue
		}
		i := slices.IndexFunc(out, func(o labeled) bool { return slices.Equal(o.labels, x.labels) })
		if i < 0 {
			out = append(out, labeled{x.labels, v})
			continue
		}
		out[i].value = max(out[i].value, v)
	}
	return out
}
