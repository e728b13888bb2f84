package source

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/source/store"
	"github.com/leaktop/leaktop/source/target"
)

// maxCompletions is the maximum number of completions offered to a shell.
const maxCompletions = 200

// CompleteStore completes an argument that begins like the target of a store, with the
// names of labels, those that name services first, or with the values of a label. isValue
// means that it returned values, so the arguments are complete. If only one label matches,
// it returns its values, because a shell closes the quotes of a unique completion. It
// returns nothing if the store does not answer.
func CompleteStore(ctx context.Context, begun string, o Options) (out []string, isValue bool) {
	address, query, hasQuery := strings.Cut(begun, "?")
	t, err := target.Parse(address)
	if err != nil || !t.IsStore() || strings.Contains(begun, "{") || o.Validate() != nil {
		return nil, false
	}
	o = o.withDefaults()
	r, to, err := connectStore(t, o, false)
	if err != nil {
		return nil, false
	}
	defer to.client.closeIdle()
	now := time.Now()
	w := store.Window{From: now.Add(-o.Since), To: now}
	last := strings.LastIndexByte(query, '&') + 1
	done, query := query[:last], query[last:]
	name, value, hasValue := strings.Cut(query, "=")
	base := address + "?" + done
	if hasQuery && hasValue {
		return completeValues(ctx, r, w, base+name+"=", value), true
	}
	labels := completeLabels(ctx, r, w, base, name)
	if len(labels) == 1 {
		if values := completeValues(ctx, r, w, labels[0], ""); len(values) > 0 {
			return values, true
		}
	}
	return labels, false
}

// completeValues returns the values of the label at the end of base that begin with
// begun, which may be escaped.
func completeValues(ctx context.Context, r store.Reader, w store.Window, base, begun string) (out []string) {
	name := base[strings.LastIndexAny(base, "?&")+1 : len(base)-1]
	values, err := r.LabelValues(ctx, name, w)
	if err != nil {
		return nil
	}
	slices.Sort(values)
	for _, v := range values {
		arg := base + url.QueryEscape(v)
		if strings.HasPrefix(arg, base+begun) && len(out) < maxCompletions && plain.Clip(arg, 400) == arg {
			out = append(out, arg)
		}
	}
	return out
}

// completeLabels returns the labels that begin like a name, those that name services first.
func completeLabels(ctx context.Context, r store.Reader, w store.Window, base, begun string) (out []string) {
	names, err := r.LabelNames(ctx, w)
	if err != nil {
		return nil
	}
	isService := func(n string) bool { return slices.Contains(r.ServiceLabels(), n) }
	slices.SortStableFunc(names, func(a, b string) int {
		if isService(a) != isService(b) {
			if isService(a) {
				return -1
			}
			return 1
		}
		return strings.Compare(a, b)
	})
	for _, n := range names {
		arg := base + n + "="
		if strings.HasPrefix(n, begun) && len(out) < maxCompletions && plain.Clip(arg, 400) == arg {
			out = append(out, arg)
		}
	}
	return out
}
