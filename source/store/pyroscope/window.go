package pyroscope

import (
	"time"

	"github.com/leaktop/leaktop/source/store"
)

const (
	// maxLength is the longest range of one request: querier.max-query-length is 24h unless
	// an operator changes it, and longer requests are refused.
	maxLength = 24 * time.Hour
	// maxTotalsLength is the longest range of totals in one request: with one total per
	// scrape, those of hundreds of instances stay within maxAnswer.
	maxTotalsLength = 6 * time.Hour
	// lookback is how far back an open window reaches: querier.max-query-lookback is 7d.
	lookback = 7 * 24 * time.Hour
	// maxParts bounds the requests for types and labels, which hardly change.
	maxParts = 8
)

// splitWindow divides a window into parts of at most the given length, in the order of
// time. All parts have both ends, as requests must.
func splitWindow(w store.Window, length time.Duration) (out []store.Window) {
	if w.To.IsZero() {
		w.To = time.Now()
	}
	if w.From.IsZero() {
		w.From = w.To.Add(-lookback)
	}
	for from := w.From; ; {
		to := from.Add(length)
		if !to.Before(w.To) {
			return append(out, store.Window{From: from, To: w.To})
		}
		// Both ends are part of a range.
		out = append(out, store.Window{From: from, To: to.Add(-time.Millisecond)})
		from = to
	}
}

// newestParts returns the parts of a window for which labels are requested: the newest ones
// if there are many.
func newestParts(w store.Window) []store.Window {
	all := splitWindow(w, maxLength)
	return all[max(0, len(all)-maxParts):]
}
