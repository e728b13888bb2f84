package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/join"
	"github.com/leaktop/leaktop/profile/quantity"
	"github.com/leaktop/leaktop/source/recording"
)

// MaxProfiles is the maximum number of profiles fetched for a range, however long it
// is.
const MaxProfiles = 300

// Options select what is read from a store.
type Options struct {
	Store    string // identifies the store in the cache: its URL, without secrets, and the tenant
	Selector Selector
	Window   Window
	IsOpen   bool   // the window ends now, and later profiles are followed
	CacheDir string // folder for profiles; a temporary one if empty
	// MaxProfiles is the maximum number of profiles to fetch; 0 means the constant of
	// that name.
	MaxProfiles int
	// Progress is called with a line for the user; it may be nil.
	Progress func(text string)
	Now      func() time.Time
}

// History is the data that a store has of one service.
type History struct {
	Labels Labels // of all profiles of the newest process
	// Items are profiles, which are in files, and messages, in the order of time.
	Items []recording.Item
	// Diagnostics say what is missing from the store's data.
	Diagnostics []profile.Diagnostic

	reader  Reader
	options Options
	cache   *cache
	types   heapTypes
	totals  totals
	heaps   *join.Builder // of heaps that are being fetched, or that build on differences
	process int           // number of the newest
	built   []string      // files of heap profiles that were joined from parts
	latest  map[profile.Kind]time.Time
	number  int
	arrived time.Time // when the last new profile arrived

	isRateAssumed bool // a profile did not say its sampling rate
}

// heapTypes are the types of values that a store has for a service.
type heapTypes struct {
	heap       []Type // in the order of heapSamples; nil if the store does not have all
	goroutines Type   // its name is empty if the store has none
}

// main returns the type whose totals show the course of a service.
func (t heapTypes) main() Type {
	if t.heap != nil {
		return t.heap[3]
	}
	return t.goroutines
}

// Load reads the history of a service from a store. The error is a [*ChoiceError] or
// [*EmptyError] if the selector does not name a service that the store has.
func Load(ctx context.Context, r Reader, o Options) (*History, error) {
	h := &History{reader: r, options: o, latest: map[profile.Kind]time.Time{}, heaps: join.NewBuilder()}
	h.reportProgress("asking what the store has")
	if err := h.findTypes(ctx); err != nil {
		return nil, err
	}
	if len(o.Selector) == 0 {
		return nil, chooseService(ctx, r, o.Window)
	}
	if err := h.findSeries(ctx); err != nil {
		return nil, err
	}
	c, err := openCache(o.CacheDir)
	if err != nil {
		return nil, err
	}
	h.cache = c
	c.evict(maxCache, o.Now())
	if err := h.fetchAll(ctx); err != nil {
		return nil, h.closeAfter(err)
	}
	h.diagnoseWindow()
	return h, nil
}

func (h *History) closeAfter(err error) error {
	if closed := h.Close(); closed != nil {
		return fmt.Errorf("%w (closing: %v)", err, closed)
	}
	return err
}

// Close removes temporary files.
func (h *History) Close() error {
	var all []error
	for _, path := range h.built {
		all = append(all, os.Remove(path))
	}
	return errors.Join(append(all, h.cache.close())...)
}

// findTypes finds the types of values to request.
func (h *History) findTypes(ctx context.Context) error {
	types, err := h.reader.Types(ctx, h.options.Window)
	if err != nil {
		return err
	}
	for _, sample := range heapSamples {
		t, ok := typeOf(types, sample)
		if !ok {
			h.types.heap = nil
			break
		}
		h.types.heap = append(h.types.heap, t)
	}
	h.types.goroutines, _ = typeOf(types, goroutineSample)
	switch {
	case len(types) == 0:
		return &EmptyError{What: "the store has no profiles in this range", Next: "choose another range with --since and --until, or another tenant with --header 'X-Scope-OrgID: TENANT'"}
	case h.types.main().Sample == "":
		return &EmptyError{What: "the store has no heap or goroutine profiles of Go services in this range", Next: "make it scrape /debug/pprof/heap and /debug/pprof/goroutine"}
	}
	return nil
}

// maxTotals is the maximum number of totals requested for a series.
const maxTotals = 2000

// totalsStep returns the time between two totals.
func totalsStep(w Window) time.Duration {
	return max(time.Second, (w.To.Sub(w.From) / maxTotals).Truncate(time.Second))
}

// diagnoseWindow reports which part of the window the store lacks.
func (h *History) diagnoseWindow() {
	first, w := h.totals.main[0].Points[0].Time, h.options.Window
	add := func(code profile.Code, severity profile.Severity, what, next string) {
		h.Diagnostics = append(h.Diagnostics, profile.Diagnostic{Code: code, Severity: severity, What: what, Next: next})
	}
	if late := first.Sub(w.From); late > w.To.Sub(w.From)/10 && late > time.Minute {
		add(profile.CodeShortRetention, profile.SeverityInfo, fmt.Sprintf("the store has profiles only since %s, not since %s (--since)", quantity.Moment(first.Local()), quantity.Moment(w.From.Local())), "")
	}
	if h.totals.isDelta() {
		add(profile.CodeDeltaCounts, profile.SeverityInfo, "the store counts allocations between two profiles, not since the start: restarts that keep all labels are not detected, and total allocations are estimated", "")
	}
	if h.isRateAssumed {
		add(profile.CodeAssumedRate, profile.SeverityInfo, "the store has lost the sampling rate of the heap profiles and the sizes of objects: one sample every 512 KiB is assumed, as Go does by default", "")
	}
}

func (h *History) reportProgress(text string) {
	if h.options.Progress != nil {
		h.options.Progress(text)
	}
}

// Name returns the service for display.
func (h *History) Name() string {
	for _, name := range h.reader.ServiceLabels() {
		if v := h.Labels.Value(name); v != "" {
			return v
		}
	}
	return h.options.Selector.String()
}

// versionLabels are the labels that name the version of a service.
var versionLabels = []string{"version", "service_version", "app_version", "app_kubernetes_io_version", "release", "service_git_ref", "revision", "commit"}

// versionOf returns the version in labels; empty if they have none.
func versionOf(l Labels) string {
	for _, name := range versionLabels {
		if v := l.Value(name); v != "" {
			return v
		}
	}
	return ""
}

// factsOf returns what labels say about a process.
func (h *History) factsOf(l Labels) profile.Facts {
	f := profile.Facts{Namespace: l.Value("namespace"), Pod: l.Value("pod"), Version: versionOf(l), Node: l.Value("node")}
	f.ContainerName = l.Value("container")
	return f
}

// addMessage adds a message at a time.
func (h *History) addMessage(at time.Time, m any) {
	h.number++
	h.Items = append(h.Items, recording.NewMessage(at, m, h.number))
}

// describeStart describes what is new with a process: its version, if that changed, or
// its pod.
func describeStart(before, after Labels) string {
	old, now := versionOf(before), versionOf(after)
	switch pod := after.Value("pod"); {
	case now != "" && now != old:
		return "restarted with version " + strconv.Quote(now)
	case pod != "" && pod != before.Value("pod"):
		return "replaced by pod " + strconv.Quote(pod)
	}
	return "restarted"
}

// sortItems sorts the items by time.
func (h *History) sortItems() {
	slices.SortStableFunc(h.Items, func(a, b recording.Item) int { return a.Time.Compare(b.Time) })
}
