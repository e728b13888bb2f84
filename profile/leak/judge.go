package leak

// Judge judges one poll.
func Judge(in Input) Report {
	c := newCourse(in)
	taken := map[key]bool{}
	for _, d := range detectors {
		for _, f := range d.find(c) {
			if k := keyOf(f.s.group); !taken[k] {
				taken[k] = true
				c.findings = append(c.findings, f)
			}
		}
	}
	var r Report
	r.Verdict = Steady
	if len(c.findings) > 0 {
		r.Verdict = Leaks
	}
	for _, f := range c.findings {
		n := ""
		if b := f.blame(); b != nil {
			n = b.Name
		}
		r.Suspects = append(r.Suspects, Suspect{Kind: f.kind, Function: n, GrowthPerHour: f.perHour(), Low: f.g.rate.Low * 3600, High: f.g.rate.High * 3600, SinceSeconds: f.g.window, Group: f.s.group})
	}
	r.looks = map[key]Look{}
	for k, v := range c.reasons {
		r.looks[k] = Look{Word: [...]string{"short", "flat", "noise", "saw", "step", "stopped", "uneven", "slowing", "load", "rising", "growing"}[v.g.why]}
	}
	return r
}
