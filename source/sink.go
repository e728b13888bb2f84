package source

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/decode"
	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/source/problem"
	"github.com/leaktop/leaktop/source/store"
	"github.com/leaktop/leaktop/source/target"
)

// Sink writes profiles to a store.
type Sink struct {
	name   string
	to     *storeRequester
	writer storeClient
	label  string       // that names a service there
	fixed  store.Labels // given by the user, with the target
}

// NewSink returns the sink of a store. The conditions of its selector become labels of the
// written profiles.
func NewSink(t target.Target, o Options) (*Sink, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	writer, to, err := connectStore(t, o.withDefaults(), false)
	if err != nil {
		return nil, err
	}
	s := &Sink{name: t.Name, to: to, writer: writer}
	s.label = s.writer.ServiceLabels()[0]
	for _, m := range t.Selector {
		if m.Op != "=" {
			return nil, &problem.Problem{Cause: problem.CauseName, Subject: "write to " + t.Name, Why: "a label needs one value", Next: "for example: -o '" + t.Scheme + "+" + t.URL.String() + "?" + s.label + "=checkout'"}
		}
		s.fixed = append(s.fixed, store.Label{Name: m.Name, Value: m.Value})
	}
	return s, nil
}

// Name returns the store for display.
func (s *Sink) Name() string { return s.name }

// Labels returns the labels of a target's profiles: those that the user gave, and those
// known from the process.
func (s *Sink) Labels(f profile.Facts, target string) store.Labels {
	l := slices.Clone(s.fixed)
	for _, x := range []store.Label{
		{Name: s.label, Value: serviceOf(f, target)},
		{Name: "instance", Value: target},
		{Name: "namespace", Value: f.Namespace},
		{Name: "pod", Value: f.Pod},
		{Name: "container", Value: f.ContainerName},
		{Name: "version", Value: f.Version},
		{Name: "node", Value: f.Node},
	} {
		if x.Value != "" && l.Value(x.Name) == "" {
			l = append(l, store.Label{Name: x.Name, Value: plain.Clip(x.Value, 200)})
		}
	}
	return l.Sort()
}

// serviceOf returns a name for the service: that of its module, or of the target.
func serviceOf(f profile.Facts, target string) string {
	if f.Module != "" {
		return f.Module[strings.LastIndexByte(f.Module, '/')+1:]
	}
	return target
}

// profileNames are the names in stores of the kinds of profiles that leaktop polls.
var profileNames = map[profile.Kind]string{profile.Heap: "memory", profile.Goroutine: "goroutine"}

// Write writes one profile. It does not retry, see [Outbox]. It skips profiles of kinds
// that are not polled.
func (s *Sink) Write(ctx context.Context, l store.Labels, c profile.Capture) error {
	name, ok := profileNames[c.Kind]
	if !ok || c.Debug != 0 {
		return nil
	}
	data, err := decode.SetTime(c.Data, c.Time)
	if err != nil {
		return fmt.Errorf("write a %s profile to %s: %w", c.Kind, s.name, err)
	}
	return explainWriting(s.writer.Write(ctx, store.Sample{Name: name, Labels: l, Time: c.Time, Data: data}))
}

// explainWriting removes the advice that applies only to reading from a problem that may
// pass: writing is retried.
func explainWriting(err error) error {
	p, ok := errors.AsType[*problem.Problem](err)
	if !ok || p.Cause != problem.CauseTimeout && !isTemporary(p.Cause) {
		return err
	}
	out := *p
	out.Next = ""
	return &out
}

// isHopeless reports whether a retry cannot succeed.
func isHopeless(err error) bool {
	return store.IsRefused(err) || store.IsMissing(err) || errors.Is(err, decode.ErrNotProto)
}

// Close closes the connections.
func (s *Sink) Close() error {
	s.to.client.closeIdle()
	return nil
}
