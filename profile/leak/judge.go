package leak

import (
	"cmp"
	"fmt"
	"sort"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/trend"
)

// Judge judges one poll. It keeps nothing: what must hold for several polls in
// a row is looked up in the series themselves, so that any moment of a
// recording is judged as it was live.
func Judge(in Input) Report {
	c := newCourse(in)
	taken := map[key]bool{}
	for _, d := range detectors {
		for _, f := range d.find(c) {
			k := keyOf(f.s.group)
			if f.kind == OffHeap || !taken[k] {
				taken[k] = f.kind != OffHeap
				c.findings = append(c.findings, f)
			}
		}
	}
	for _, f := range c.findings {
		c.recognise(f)
	}
	c.withLoad()
	for _, f := range c.findings {
		if f.stack() != nil && in.Cohorts[f.stack()].turnsOver(f.g.rise) {
			f.sure = Low
		}
		if f.stack() != nil && in.Proven[f.stack()] {
			f.sure = Proven
		}
	}
	c.combine()
	c.rank()
	return c.report()
}

// report says what was found.
func (c *course) report() Report {
	r := Report{Suspects: []Suspect{}, Memory: c.memory(), Warnings: c.warn(), looks: map[key]Look{}}
	r.Watched = max(0, c.in.Now.Sub(c.in.Start))
	if c.in.Start.IsZero() {
		r.Watched = 0
	}
	for i, f := range c.findings {
		s := c.suspect(f)
		if i == 0 && r.Memory.HoursToLimit > 0 && s.Confidence != Low {
			s.Sentence += "; limit in " + hours(r.Memory.HoursToLimit)
		}
		r.Suspects = append(r.Suspects, s)
		word := "leak"
		if f.sure == Low {
			word = "suspect"
		}
		for _, part := range f.all() {
			r.looks[keyOf(part.group)] = Look{Word: word, Text: s.Sentence}
		}
	}
	for k, v := range c.reasons {
		if _, ok := r.looks[k]; !ok {
			r.looks[k] = v.s.look(v.g)
		}
	}
	r.Verdict = c.verdict(r)
	r.Caveat = c.caveat(r)
	r.Alikes = c.alikes(r)
	return r
}

// caveat is how long was watched, and what that cannot exclude.
func (c *course) caveat(r Report) string {
	watched := r.Watched.Seconds()
	if len(r.Suspects) > 0 {
		since := 0.0
		for _, s := range r.Suspects {
			since = max(since, s.SinceSeconds)
		}
		ago := ""
		if s := c.behind(c.findings[0]); s > params.polls.rareGap {
			ago = ", as of " + span(s) + " ago"
		}
		return fmt.Sprintf("grew evenly for %s%s; a longer warm-up or slow swing is not excluded", span(since), ago)
	}
	if watched < params.window.min.Seconds()*params.window.nearly {
		return fmt.Sprintf("watched for %s of the %s that a verdict needs", span(watched), span(params.window.min.Seconds()))
	}
	if len(c.in.Unseen) > 0 {
		return fmt.Sprintf("watched for %s, but a part of it cannot be judged", span(watched))
	}
	for _, k := range []profile.Kind{profile.Goroutine, profile.Heap} {
		s := c.seen(k)
		if s.New == 0 || s.New >= params.polls.min || k == profile.Heap && c.calm(s) {
			continue
		}
		more := "while live, a larger --cost asks more often"
		if k == profile.Heap {
			more = "each needs a collection, which --gc asks for while live"
		}
		profiles := "profiles"
		if s.New == 1 {
			profiles = "profile"
		}
		return fmt.Sprintf("watched for %s by only %d %s %s of the %d that a verdict needs: %s", span(watched), s.New, k, profiles, params.polls.min, more)
	}
	if what := c.open(); what != "" {
		return fmt.Sprintf("watched for %s; %s", span(watched), what)
	}
	// Nine sampled objects are the least that stands out.
	heap := max(params.material.heap, params.material.samples*params.material.sampleRate) / watched * 3600
	return fmt.Sprintf("watched for %s; leaks slower than %s/h or %s goroutines/h would not show yet", span(watched), size(heap), count(params.material.goroutines/watched*3600))
}

// alikes are sentences on the largest groups that look like a leak and are none.
func (c *course) alikes(r Report) []string {
	type alike struct {
		moved float64
		text  string
	}
	var all []alike
	for k, v := range c.reasons {
		if v.g.why == tooShort || v.g.why == noise || v.s.group.Blame == nil {
			continue
		}
		low, high := trend.Range(v.s.value)
		moved := high - low
		if !v.s.heap() {
			moved *= GoroutineBytes
		}
		if l := r.look(k); l.Text != "" && l.Word != "leak" && l.Word != "suspect" {
			all = append(all, alike{moved, short(v.s.group.Blame.Name) + ": " + l.Text})
		}
	}
	sort.Slice(all, func(i, j int) bool {
		return cmp.Or(cmp.Compare(all[j].moved, all[i].moved), cmp.Compare(all[i].text, all[j].text)) < 0
	})
	var out []string
	for _, a := range all[:min(len(all), 3)] {
		out = append(out, a.text)
	}
	return out
}
