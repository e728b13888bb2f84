package command

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// spanFlag is a duration that may be in days: 48h, 7d, 2d12h.
type spanFlag time.Duration

// String returns the duration, in days if it is a whole number of them.
func (s *spanFlag) String() string {
	const day = 24 * time.Hour
	d := time.Duration(*s)
	if d >= 3*day && d%day == 0 {
		return strconv.Itoa(int(d/day)) + "d"
	}
	return strings.TrimSuffix(d.String(), "0m0s")
}

// Set parses a duration.
func (s *spanFlag) Set(text string) error {
	rest, days := strings.TrimSpace(text), 0
	if n, after, ok := strings.Cut(rest, "d"); ok {
		v, err := strconv.ParseUint(n, 10, 16)
		if err != nil {
			return errSpan
		}
		days, rest = int(v), after
	}
	d := time.Duration(0)
	if rest != "" {
		var err error
		if d, err = time.ParseDuration(rest); err != nil {
			return errSpan
		}
	}
	if d += time.Duration(days) * 24 * time.Hour; d <= 0 {
		return errSpan
	}
	*s = spanFlag(d)
	return nil
}

var errSpan = errors.New("want a duration, for example 48h or 7d")

// Type names the value in help.
func (s *spanFlag) Type() string { return "duration" }

// momentFlag is a time, given as a date, a date with a time, or how long ago.
type momentFlag struct {
	at  *time.Time
	now func() time.Time
}

// momentLayouts are the accepted layouts of a time, in this machine's time zone unless
// they have one.
var momentLayouts = []string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", time.DateOnly}

// String returns the time; empty for none.
func (m momentFlag) String() string {
	if m.at == nil || m.at.IsZero() {
		return ""
	}
	return m.at.Format(time.RFC3339)
}

// Set parses a time.
func (m momentFlag) Set(text string) error {
	text = strings.TrimSpace(text)
	var ago spanFlag
	if ago.Set(strings.TrimSuffix(text, " ago")) == nil {
		*m.at = m.now().Add(-time.Duration(ago))
		return nil
	}
	for _, layout := range momentLayouts {
		if t, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			*m.at = t
			return nil
		}
	}
	return errors.New("want a time, for example '2026-11-26 03:12', or how long ago: 6h")
}

// Type names the value in help.
func (m momentFlag) Type() string { return "TIME" }

// outboxDir returns the folder in which profiles wait for a store; empty if the system has
// none.
func outboxDir() string {
	if dir := cacheDir(); dir != "" {
		return filepath.Join(filepath.Dir(dir), "outbox")
	}
	return ""
}

// cacheDir returns the folder in which profiles from stores are cached; empty if the
// system has none.
func cacheDir() string {
	dir, err := os.UserCacheDir() // $XDG_CACHE_HOME, where that is the custom
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "leaktop", "profiles")
}
