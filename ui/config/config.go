// Package config reads the user's settings, in TOML:
//
//	theme    = "auto"   # or light, dark, mono
//	window   = "30m"    # of charts and growth; "all" is the whole watch
//	sort     = "growth" # the column that tables are sorted by at first
//	columns  = ["holds", "growth", "verdict"] # shown besides the name; all if left out
//	interval = "5s"     # minimum time between two polls of an endpoint
//
//	[prometheus.pod]    # queries of --prometheus about a pod; "" sends none
//	working_set = 'max by (pod) (container_memory_working_set_bytes{namespace=$namespace,pod=~$pods})'
//	[prometheus.job]    # and about a process by its job and instance
//	resident = 'process_resident_memory_bytes{$selector}'
package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"github.com/leaktop/leaktop/profile/leak/longterm"
	"github.com/leaktop/leaktop/source/store/prometheus"
)

// Themes are the names of the themes. Auto follows the terminal's background.
var Themes = []string{"auto", "light", "dark", "mono"}

// Config is the settings of a file. Zero values are not set.
type Config struct {
	Theme    string
	Window   *time.Duration // 0 is everything; nil if not set
	Sort     string
	Columns  []string
	Interval time.Duration
	// PodQueries and JobQueries are the queries that are sent to a metrics store.
	PodQueries, JobQueries prometheus.Queries
}

// maxSize bounds the file, in bytes.
const maxSize = 64 << 10

// file is the settings file as TOML.
type file struct {
	Theme    string   `toml:"theme"`
	Window   string   `toml:"window"`
	Sort     string   `toml:"sort"`
	Columns  []string `toml:"columns"`
	Interval string   `toml:"interval"`

	Prometheus struct {
		Pod map[string]string `toml:"pod"`
		Job map[string]string `toml:"job"`
	} `toml:"prometheus"`
}

// settingsPath returns the path of the settings file:
// $XDG_CONFIG_HOME/leaktop/config.toml, by default ~/.config/leaktop/config.toml.
func settingsPath(getenv func(string) string) (string, error) {
	dir := getenv("XDG_CONFIG_HOME")
	if !filepath.IsAbs(dir) { // the specification ignores others
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("find the home directory: %w", err)
		}
		dir = filepath.Join(home, ".config")
	}
	return filepath.Join(dir, "leaktop", "config.toml"), nil
}

// Load reads the settings file; without one, nothing is set. Mistakes in the file are
// not errors: warnings say what was ignored.
func Load(getenv func(string) string) (c Config, warnings []string) {
	path, err := settingsPath(getenv)
	if err != nil {
		return c, nil
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err != nil {
		return c, []string{"settings: " + err.Error()}
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err == nil && len(data) > maxSize {
		err = fmt.Errorf("it is larger than %d KiB", maxSize>>10)
	}
	if err != nil {
		return c, []string{path + ": " + err.Error()}
	}
	c, warnings = parse(string(data))
	for i, w := range warnings {
		warnings[i] = path + ": " + w
	}
	return c, warnings
}

// parse reads settings from a text.
func parse(text string) (c Config, warnings []string) {
	var f file
	meta, err := toml.Decode(text, &f)
	if err != nil {
		return c, []string{"ignored: " + err.Error()}
	}
	warn := func(format string, args ...any) { warnings = append(warnings, fmt.Sprintf(format, args...)) }
	for _, k := range meta.Undecoded() {
		warn("unknown key %s; known are theme, window, sort, columns, interval, prometheus.pod, prometheus.job", k)
	}
	if f.Theme != "" {
		if slices.Contains(Themes, f.Theme) {
			c.Theme = f.Theme
		} else {
			warn("theme %q is unknown: use %s", f.Theme, strings.Join(Themes, ", "))
		}
	}
	if f.Window != "" {
		if d, err := ParseWindow(f.Window); err == nil {
			c.Window = &d
		} else {
			warn("window: %v", err)
		}
	}
	if f.Interval != "" {
		if d, err := time.ParseDuration(f.Interval); err == nil && d >= 100*time.Millisecond {
			c.Interval = d
		} else {
			warn("interval %q is not a duration of at least 100ms, such as 5s", f.Interval)
		}
	}
	c.Sort, c.Columns = f.Sort, f.Columns
	c.PodQueries = checkQueries("prometheus.pod", f.Prometheus.Pod, warn)
	c.JobQueries = checkQueries("prometheus.job", f.Prometheus.Job, warn)
	return c, warnings
}

// checkQueries returns the queries of a section that can be used.
func checkQueries(section string, texts map[string]string, warn func(format string, args ...any)) prometheus.Queries {
	if len(texts) == 0 {
		return nil
	}
	out := prometheus.Queries{}
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		text := texts[name]
		if err := prometheus.CheckMetric(name); err != nil {
			warn("[%s] %v", section, err)
			continue
		}
		if err := prometheus.CheckQuery(text); err != nil {
			warn("[%s] %s: %v", section, name, err)
			continue
		}
		out[longterm.Metric(name)] = text
	}
	return out
}

// minWindow is the shortest window that shows a trend.
const minWindow = 30 * time.Second

// ParseWindow reads a window: "all", or a duration of at least 30 s such as 30m or 2h.
func ParseWindow(text string) (time.Duration, error) {
	if text == "all" {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < minWindow {
		return 0, fmt.Errorf("%q is not a window: use all, or a duration of at least 30s such as 30m or 2h", text)
	}
	return d, nil
}
