package memory

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
)

// ParseMetrics reads /metrics in the text format of Prometheus or OpenMetrics. It
// knows the metrics of client_golang's Go and process collectors, which other
// libraries share, and ignores metrics with labels except go_info. The error wraps
// [ErrNoFigures] if there are no memory figures.
//
// https://prometheus.io/docs/instrumenting/exposition_formats/
func ParseMetrics(r io.Reader) (Report, error) {
	lines := bufio.NewReaderSize(r, 16<<10)
	var rep Report
	any := false
	for {
		line, err := readShortLine(lines)
		if !strings.HasPrefix(line, "#") {
			any = rep.addMetric(line) || any
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Report{}, fmt.Errorf("read metrics: %w", err)
		}
	}
	if !any {
		return Report{}, fmt.Errorf("read metrics: %w", ErrNoFigures)
	}
	return rep, nil
}

// addMetric parses a line: name{labels} value [timestamp]. It reports whether that
// was a memory figure.
func (rep *Report) addMetric(line string) bool {
	name, rest, _ := strings.Cut(line, " ")
	if strings.HasPrefix(line, "go_info{") {
		rep.GoVersion = labelValue(line, "version")
		return false
	}
	number, _, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
	v, err := strconv.ParseFloat(number, 64)
	if err != nil || math.IsNaN(v) || v < 0 || v >= 1<<63 {
		return false
	}
	switch name {
	case "go_gc_duration_seconds_count":
		rep.Reading.NumGC = uint32(min(v, math.MaxUint32))
	case "go_memstats_last_gc_time_seconds":
		rep.Reading.LastGC = int64(min(v*1e9, math.MaxInt64/2))
	case "go_goroutines":
		rep.Goroutines = int(min(v, math.MaxInt32))
	case "process_open_fds":
		rep.Reading.OpenFiles = uint64(v)
	case "process_start_time_seconds":
		if sec, frac := math.Modf(v); sec > 0 && sec < 1<<36 {
			rep.Start = time.Unix(int64(sec), int64(frac*1e9))
		}
	default:
		return rep.Reading.setMetric(name, v)
	}
	return false
}

func (r *Reading) setMetric(name string, v float64) bool {
	for _, f := range figures {
		if f.metricName == name && name != "" {
			*f.pointer(r) = uint64(v)
			return true
		}
	}
	return false
}

// labelValue returns the value of a label in a line, "" if it has no such label.
func labelValue(line, name string) string {
	_, rest, found := strings.Cut(line, name+`="`)
	if !found {
		return ""
	}
	value, _, _ := strings.Cut(rest, `"`)
	return value
}
