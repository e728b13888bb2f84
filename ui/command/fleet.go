package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/kube"

	"github.com/spf13/cobra"

	"github.com/leaktop/leaktop/profile/leak/ignore"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/fleet"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/source/store"
	"github.com/leaktop/leaktop/source/target"
	"github.com/leaktop/leaktop/ui/check"
)

// parseTargets returns the targets that the arguments and the selector name: one, or
// several live ones that are a fleet. Several files are one target.
func (t *targetFlags) parseTargets(args []string) ([]target.Target, error) {
	if len(args) < 2 || t.o.Kube.Selector != "" {
		one, err := t.parseTarget(args)
		return []target.Target{one}, err
	}
	var all []target.Target
	files := 0
	for _, arg := range args {
		one, err := t.parseTarget([]string{arg})
		if err != nil {
			return nil, err
		}
		if one.Scheme == target.SchemeFile {
			files++
		}
		all = append(all, one)
	}
	if files > 0 {
		one, err := t.parseTarget(args) // refuses files among others
		return []target.Target{one}, err
	}
	return all, nil
}

// isFleet reports whether the user asks for several processes side by side, or for a
// recording of several.
func (t *targetFlags) isFleet(targets []target.Target) bool {
	if len(targets) > 1 || t.all || len(t.contexts) > 1 {
		return true
	}
	_, ok, _ := fleet.OfRecording(targets[0]) // an error is reported when it is opened
	return ok
}

// isWorkload reports whether a target may be several pods.
func (t *targetFlags) isWorkload(x target.Target) bool {
	return x.Scheme == target.SchemeKube && (x.Kube.Name != "" && (x.Kube.Kind != "pod" || x.Kube.Bare) || x.Kube.Name == "" && t.o.Kube.Selector != "")
}

// fleetOptions are what a fleet is opened with.
type fleetOptions struct {
	cmd     *cobra.Command
	flags   *targetFlags
	targets []target.Target
	source  source.Options
	ignored ignore.List
	opened  *source.Pods // of the only target, if it has been opened already
	service string       // whose instances in a store the targets are; empty if they are not
	onOpen  func(fleet.Target, *session.Session) error
}

// options returns the options of the members.
func (o fleetOptions) options() fleet.Options {
	options := o.source
	if !o.cmd.Flags().Changed("interval") {
		options.Interval = 0 // chosen by the number of members
	}
	return fleet.Options{Source: options, Ignored: o.ignored, OnOpen: o.onOpen, Recorded: o.areStored()}
}

// areStored reports whether the targets are in a store.
func (o fleetOptions) areStored() bool {
	return !slices.ContainsFunc(o.targets, func(t target.Target) bool { return !t.IsStore() })
}

// findInstances replaces the only target by several if it selects several instances in a
// store that ran at the same time: they are a fleet.
func (o *fleetOptions) findInstances(ctx context.Context) error {
	if len(o.targets) != 1 || !o.targets[0].IsStore() {
		return nil
	}
	all, err := source.StoreInstances(ctx, o.targets[0], o.source)
	if err != nil || len(all) == 0 {
		return err
	}
	o.service = o.targets[0].Selector.String()
	o.targets = all
	return nil
}

const minStoreProfiles = 60 // of each instance: twelve heaps, which are read in parts, and as many more

// open returns the fleet, and a function to call when it has ended.
func (o fleetOptions) open(ctx context.Context) (*fleet.Fleet, func() error, error) {
	if err := o.validate(); err != nil {
		return nil, nil, err
	}
	var opened closers
	closeAll := opened.closeAll
	if f, ok, err := fleet.OfRecording(o.targets[0]); ok {
		options := o.options()
		options.Recorded = true
		return fleet.New(f, options), closeAll, err
	}
	var finders []fleet.Finder
	var single []target.Target
	for _, t := range o.targets {
		if !o.wantsAll(t) {
			single = append(single, t)
			continue
		}
		found, err := o.findPods(ctx, t, &opened)
		if err != nil {
			return nil, nil, errors.Join(err, closeAll())
		}
		finders = append(finders, found...)
	}
	if len(single) > 0 {
		title := fmt.Sprintf("%d targets", len(single))
		if o.service != "" {
			title = o.service
		}
		finders = append(finders, fleet.OfTargets(title, single))
	}
	if o.areStored() {
		o.source.FullSpeed = true
		o.source.StoreProfiles = max(minStoreProfiles, store.MaxProfiles/len(o.targets))
	}
	if len(finders) == 1 {
		return fleet.New(finders[0], o.options()), closeAll, nil
	}
	return fleet.New(fleet.Several{Title: o.title(), Finders: finders}, o.options()), closeAll, nil
}

// closers are the functions to call when the fleet has ended. It is safe for concurrent
// use.
type closers struct {
	mu  sync.Mutex
	all []func() error
}

func (c *closers) add(f func() error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = append(c.all, f)
}

func (c *closers) closeAll() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var errs []error
	for _, f := range c.all {
		errs = append(errs, f())
	}
	return errors.Join(errs...)
}

// reopenPause is how long leaktop waits before it asks an unresponsive cluster again.
const reopenPause = 20 * time.Second

// findPods returns the finders of the pods of a target, one for each cluster. A cluster that
// does not answer is asked again later; if none answers, that is an error.
func (o fleetOptions) findPods(ctx context.Context, t target.Target, opened *closers) (finders []fleet.Finder, err error) {
	var errs []error
	for _, name := range o.contexts() {
		p, err := o.openPods(ctx, t, name)
		switch {
		case err == nil:
			opened.add(p.Close)
			label := ""
			if len(o.flags.contexts) > 1 {
				label = name
			}
			finders = append(finders, fleet.OfPods(p, label))
		case errors.Is(err, kube.ErrNoContext) || ctx.Err() != nil:
			return nil, err
		default:
			errs = append(errs, err)
			quiet := o
			quiet.source.Progress, quiet.source.StopKey, quiet.source.Kube.Stderr = nil, "", io.Discard // the view is on the terminal
			finders = append(finders, fleet.Awaited{
				Title: t.Name, Cluster: name, Err: err, Pause: reopenPause,
				Open: func(ctx context.Context) (*source.Pods, error) {
					p, err := quiet.openPods(ctx, t, name)
					if err == nil {
						opened.add(p.Close)
					}
					return p, err
				},
			})
		}
	}
	if len(errs) < len(o.contexts()) {
		return finders, nil
	}
	for _, e := range errs { // in one sentence
		if err == nil {
			err = e
			continue
		}
		err = fmt.Errorf("%w; %w", err, e)
	}
	return nil, err
}

// wantsAll reports whether all pods of a target are watched, not just one of them.
func (o fleetOptions) wantsAll(t target.Target) bool {
	return t.Scheme == target.SchemeKube && (o.flags.all || len(o.flags.contexts) > 1 || o.flags.isWorkload(t))
}

func (o fleetOptions) contexts() []string {
	if len(o.flags.contexts) == 0 {
		return []string{""}
	}
	return o.flags.contexts
}

// title returns the name of a fleet with several finders.
func (o fleetOptions) title() string {
	if len(o.targets) == 1 {
		return o.targets[0].Name + " in " + strings.Join(o.flags.contexts, ", ")
	}
	return fmt.Sprintf("%d targets", len(o.targets)*len(o.contexts()))
}

func (o fleetOptions) openPods(ctx context.Context, t target.Target, name string) (*source.Pods, error) {
	if o.opened != nil {
		return o.opened, nil
	}
	options := o.source
	options.Kube.Context = name
	p, err := source.OpenPods(ctx, t, options)
	if err != nil && len(o.flags.contexts) > 1 {
		return nil, fmt.Errorf("context %s: %w", name, err)
	}
	return p, err
}

// closeOpened closes the target that openOnly has opened.
func (o fleetOptions) closeOpened() error {
	if o.opened == nil {
		return nil
	}
	return o.opened.Close()
}

// validate refuses --all for what is a single process.
func (o fleetOptions) validate() error {
	for _, t := range o.targets {
		if o.flags.all && t.Scheme != target.SchemeKube {
			return fmt.Errorf("--all: %s is one process; --all is for the pods of a workload: leaktop -n shop deploy/checkout --all", t.Name)
		}
	}
	return nil
}

// checkFleet watches a fleet without a screen. A workload with a single pod is watched
// like that pod, with everything that a check can do.
func checkFleet(cmd *cobra.Command, x fleetOptions, o check.Options) error {
	_, o.Recording, _ = fleet.OfRecording(x.targets[0])
	o.Recording = o.Recording || x.areStored()
	x.source.FullSpeed = o.Recording
	o.Cost, o.Interval, o.NoTrace = x.source.Cost, x.source.Interval, x.source.NoTrace
	if err := o.Validate(); err != nil {
		return err
	}
	switch single, err := x.openOnly(cmd.Context(), o.Load != "" || o.Prove); {
	case err != nil:
		return err
	case single:
		return runCheck(cmd, x.targets[0], x.source, o)
	case o.Load != "" || o.Prove:
		return errors.New("--load and --prove work on one process: name one of the targets, as in pod/NAME")
	}
	f, closeAll, err := x.open(cmd.Context())
	if err != nil {
		return err
	}
	code, err := check.RunFleet(cmd.Context(), f, o, cmd.OutOrStdout(), cmd.ErrOrStderr())
	if closed := closeAll(); closed != nil {
		code, err = check.ExitUnobserved, errors.Join(err, closed)
	}
	return exitWith(code, err)
}

// openOnly opens the only target, unless the user asked for a fleet. single means that it is
// one process: the workload has one pod, or the user wants one of its pods, to put it under
// load.
func (o *fleetOptions) openOnly(ctx context.Context, wantsOne bool) (single bool, err error) {
	switch {
	case o.flags.isFleet(o.targets):
		return false, nil
	case wantsOne, !o.flags.isWorkload(o.targets[0]):
		return true, nil
	}
	o.opened, err = source.OpenPods(ctx, o.targets[0], o.source)
	if errors.Is(err, kube.ErrNoOwner) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	if o.opened.IsOnePod(o.targets[0]) || o.opened.Count() < 2 {
		return true, o.opened.Close()
	}
	return false, nil
}
