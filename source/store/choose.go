package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile/quantity"
	"github.com/leaktop/leaktop/source/spelling"
)

// ChoiceError reports that a selector does not select one service, with selectors that
// do.
type ChoiceError struct {
	Why string // "3 instances of {job=\"checkout\"} overlap"
	// Options are selectors to choose from, most useful first.
	Options []Selector
	// More is the number of further selectors.
	More int
}

// Error returns one line that lists the selectors.
func (e *ChoiceError) Error() string {
	names := make([]string, len(e.Options))
	for i, s := range e.Options {
		names[i] = s.String()
	}
	text := e.Why
	if len(names) > 0 {
		text += ": " + strings.Join(names, ", ")
	}
	if e.More > 0 {
		text += fmt.Sprintf(" and %d more", e.More)
	}
	return text
}

// maxOptions is the maximum number of selectors that a ChoiceError lists.
const maxOptions = 8

func newChoice(why string, options []Selector) *ChoiceError {
	e := &ChoiceError{Why: why, Options: options}
	if len(options) > maxOptions {
		e.Options, e.More = options[:maxOptions], len(options)-maxOptions
	}
	return e
}

// rolloutOverlap is the maximum time that a process and its successor both run: a
// rollout starts the new one before it stops the old one.
const rolloutOverlap = 10 * time.Minute

// orderSuccessors returns series in the order in which their processes followed one
// another; ok is false if several ran at the same time.
func orderSuccessors(all []Series) (ordered []Series, ok bool) {
	ordered = slices.DeleteFunc(slices.Clone(all), func(s Series) bool { return len(s.Points) == 0 })
	slices.SortStableFunc(ordered, func(a, b Series) int {
		return cmp.Or(a.Points[0].Time.Compare(b.Points[0].Time), lastTime(a).Compare(lastTime(b)))
	})
	for i := 1; i < len(ordered); i++ {
		before, after := ordered[i-1], ordered[i]
		overlap := lastTime(before).Sub(after.Points[0].Time)
		shorter := min(lastTime(before).Sub(before.Points[0].Time), lastTime(after).Sub(after.Points[0].Time))
		if overlap > rolloutOverlap || overlap > 0 && overlap >= shorter/2 {
			return ordered, false
		}
	}
	return ordered, true
}

func lastTime(s Series) time.Time { return s.Points[len(s.Points)-1].Time }

// differingLabels returns the names of the labels in which series differ.
func differingLabels(all []Series) (names []string) {
	for _, s := range all {
		for _, l := range s.Labels {
			for _, other := range all {
				if other.Labels.Value(l.Name) != l.Value && !slices.Contains(names, l.Name) {
					names = append(names, l.Name)
				}
			}
		}
	}
	slices.Sort(names)
	return names
}

// instanceLabels are the labels that identify a process, the best first.
var instanceLabels = []string{"pod", "instance", "service_instance_id", "hostname", "node"}

// chooseInstance returns the error for several processes that ran at the same time.
func chooseInstance(s Selector, all []Series) error {
	differing := differingLabels(all)
	name := ""
	for _, l := range append(slices.Clone(instanceLabels), differing...) {
		if slices.Contains(differing, l) && isDistinct(all, l) {
			name = l
			break
		}
	}
	var options []Selector
	for _, x := range all {
		if name != "" {
			options = append(options, s.With(Labels{{name, x.Labels.Value(name)}}))
		} else {
			options = append(options, x.Labels.Selector())
		}
	}
	return newChoice(fmt.Sprintf("%d instances match %s and ran at the same time; name one", len(all), s), options)
}

// isDistinct reports whether a label has a different value in each series.
func isDistinct(all []Series, name string) bool {
	seen := map[string]bool{}
	for _, s := range all {
		v := s.Labels.Value(name)
		if v == "" || seen[v] {
			return false
		}
		seen[v] = true
	}
	return true
}

// serviceLabel returns the label of the store that names services, with its values.
func serviceLabel(ctx context.Context, r Reader, w Window) (name string, values []string, err error) {
	names, err := r.LabelNames(ctx, w)
	if err != nil {
		return "", nil, err
	}
	for _, l := range r.ServiceLabels() {
		if slices.Contains(names, l) {
			values, err = r.LabelValues(ctx, l, w)
			slices.Sort(values)
			return l, values, err
		}
	}
	return "", nil, nil
}

// chooseService returns the error for a missing selector, with the services that the
// store has.
func chooseService(ctx context.Context, r Reader, w Window) error {
	name, values, err := serviceLabel(ctx, r, w)
	if err != nil {
		return err
	}
	if len(values) == 0 {
		return &EmptyError{What: "the store has no profiles in this range"}
	}
	var options []Selector
	for _, v := range values {
		options = append(options, Selector{{name, "=", v}})
	}
	return newChoice("which service? The store has", options)
}

// EmptyError reports that a store has nothing that matches a request.
type EmptyError struct {
	What string
	Next string // what to do; may be empty
}

// Error returns What.
func (e *EmptyError) Error() string { return e.What }

// explainEmpty returns the error for a selector that selects nothing: the label or the
// value does not exist, in which case it suggests similar ones, or the range is wrong.
func explainEmpty(ctx context.Context, r Reader, s Selector, w Window) error {
	for _, m := range s {
		if m.Op != "=" {
			continue
		}
		values, err := r.LabelValues(ctx, m.Name, Window{})
		if err != nil {
			return err
		}
		if slices.Contains(values, m.Value) {
			continue
		}
		if len(values) == 0 {
			names, err := r.LabelNames(ctx, Window{})
			if err != nil {
				return err
			}
			return chooseLabel(ctx, r, m, spelling.SortNearest(m.Name, names))
		}
		return newChoice(fmt.Sprintf("there is no %s %q; similar ones", m.Name, m.Value), labelOptions(spelling.SortNearest(m.Value, values), m.Name))
	}
	return &EmptyError{
		What: fmt.Sprintf("the store has no profiles of %s from %s to %s", s, quantity.Moment(w.From.Local()), quantity.Moment(w.To.Local())),
		Next: "choose another range with --since and --until; the store may not keep profiles for that long",
	}
}

// chooseLabel returns the error for a label that no profile has. It lists the existing
// labels, and the values of the most similar one, starting with those most similar to the
// requested value.
func chooseLabel(ctx context.Context, r Reader, asked Matcher, names []string) error {
	if len(names) == 0 {
		return &EmptyError{What: fmt.Sprintf("no profile has the label %q, or any other", asked.Name)}
	}
	values, err := r.LabelValues(ctx, names[0], Window{})
	if err != nil {
		return err
	}
	return newChoice(fmt.Sprintf("no profile has the label %q; the labels are %s; similar ones", asked.Name, quantity.List(names, maxOptions)), labelOptions(spelling.SortNearest(asked.Value, values), names[0]))
}

// labelOptions returns selectors of a label with each of the values.
func labelOptions(values []string, name string) (out []Selector) {
	for _, v := range values {
		out = append(out, Selector{{name, "=", v}})
	}
	return out
}
