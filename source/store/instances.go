package store

import (
	"context"
	"slices"
	"strings"
)

// Instance is one of several instances that ran at the same time, with its successors.
type Instance struct {
	Name     string // the part that differs from the other instances
	Selector Selector
	Labels   Labels // of its newest process
}

// Instances returns the instances that a selector selects, sorted by name, if several ran
// at the same time. It returns none if the selector selects one instance, or nothing.
func Instances(ctx context.Context, r Reader, o Options) ([]Instance, error) {
	if len(o.Selector) == 0 {
		return nil, nil
	}
	h := &History{reader: r, options: o}
	h.reportProgress("asking which instances there are")
	if err := h.findTypes(ctx); err != nil {
		return nil, err
	}
	all, err := h.reader.Totals(ctx, h.types.main(), o.Selector, o.Window, totalsStep(o.Window))
	if err != nil {
		return nil, err
	}
	all, ok := orderSuccessors(all)
	if ok {
		return nil, nil
	}
	return splitInstances(o.Selector, all), nil
}

// splitInstances groups series by the best label for instances: the first one for which
// the series with the same value are successors. If there is none, each series is an
// instance.
func splitInstances(s Selector, all []Series) []Instance {
	differing := differingLabels(all)
	for _, name := range append(slices.Clone(instanceLabels), differing...) {
		if !slices.Contains(differing, name) {
			continue
		}
		groups, ok := groupSeries(all, name)
		if !ok {
			continue
		}
		var out []Instance
		for _, g := range groups {
			newest := g[len(g)-1].Labels
			out = append(out, Instance{Name: newest.Value(name), Selector: s.With(Labels{{name, newest.Value(name)}}), Labels: newest})
		}
		slices.SortFunc(out, func(a, b Instance) int { return strings.Compare(a.Name, b.Name) })
		return out
	}
	var out []Instance
	for _, x := range all {
		var own Labels
		for _, l := range x.Labels {
			if slices.Contains(differing, l.Name) {
				own = append(own, l)
			}
		}
		out = append(out, Instance{Name: strings.Trim(own.Selector().String(), "{}"), Selector: x.Labels.Selector(), Labels: x.Labels})
	}
	return out
}

// groupSeries groups series by a label; ok is false if some lack it, or if series with
// the same value ran at the same time.
func groupSeries(all []Series, name string) (groups [][]Series, ok bool) {
	index := map[string]int{}
	for _, x := range all {
		v := x.Labels.Value(name)
		if v == "" {
			return nil, false
		}
		i, ok := index[v]
		if !ok {
			i = len(groups)
			index[v] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], x)
	}
	for i, g := range groups {
		ordered, ok := orderSuccessors(g)
		if !ok {
			return nil, false
		}
		groups[i] = ordered
	}
	return groups, len(groups) > 1
}
