package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"time"
)

// pace is the number of times that the first leak of a service had grown at a time,
// and the number expected at its nominal rate, which a busy machine does not reach.
type pace struct {
	at      time.Time
	is, due float64
}

func readPace(at time.Time, data []byte) (p pace, err error) {
	p.at = at
	if _, err := fmt.Sscan(string(data), &p.is, &p.due); err != nil {
		return p, fmt.Errorf("read pace: %w", err)
	}
	return p, nil
}

// pacesOf polls the pace of a service until ctx ends. It keeps the responses if polls
// are kept.
func (o options) pacesOf(ctx context.Context, name, url string) []pace {
	var out []pace
	tick := time.NewTicker(2 * time.Second)
	defer tick.Stop()
	for {
		data, err := get(ctx, url+"/pace")
		now := time.Now()
		if p, bad := readPace(now, data); err == nil && bad == nil {
			out = append(out, p)
			if o.keep != "" {
				_ = keeper{path: filepath.Join(o.keep, name)}.file(now, "pace", data) // the polls report what is wrong
			}
		}
		select {
		case <-ctx.Done():
			return out
		case <-tick.C:
		}
	}
}

func get(ctx context.Context, url string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, fmt.Errorf("ask for pace: %w", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask for pace: %w", err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, 100))
	if err != nil {
		return nil, fmt.Errorf("read pace: %w", err)
	}
	return data, nil
}

// truth returns the true rate of the first leak at the time of a sighting; 0 if it is
// unknown.
func (o *outcome) truth(s sighting) float64 {
	var first, last pace
	for _, p := range o.paces {
		if first.at.IsZero() || !p.at.After(s.from) {
			first = p
		}
		if !p.at.After(s.to) {
			last = p
		}
	}
	if last.due-first.due <= 0 {
		return 0
	}
	return o.leaks[0].perSecond * (last.is - first.is) / (last.due - first.due)
}
