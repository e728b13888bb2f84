package leak

import (
	"slices"
	"strings"
)

// joinHalves makes one finding of the loops of a connection: where one method of
// a type reads from the network, and as many goroutines wait in another, they
// wait because the connection stays, whatever they wait for.
func (c *course) joinHalves() {
	for i := 0; i < len(c.findings); i++ {
		read := c.findings[i]
		if read.kind != Goroutine || read.sig == nil || read.sig.ID != "read-without-deadline" {
			continue
		}
		own, rate := receiver(read.guiltyName()), read.g.rate.PerSecond
		if own == "" {
			continue
		}
		c.findings = slices.DeleteFunc(c.findings, func(f *finding) bool {
			if f == read || f.kind != Goroutine || receiver(f.guiltyName()) != own || !alike(f.g.rate.PerSecond, rate) {
				return false
			}
			read.add(f, 1)
			if half := f.guiltyName()[len(own)+1:]; !slices.Contains(read.halves, half) {
				read.halves = append(read.halves, half)
			}
			return true
		})
		i = slices.Index(c.findings, read)
	}
}

// guiltyName is the name of the blamed function; empty where none is known.
func (f *finding) guiltyName() string {
	if b := f.blame(); b != nil {
		return b.Name
	}
	return ""
}

// receiver is the type of a method with its package: "server.(*client)" of
// "server.(*client).readLoop"; empty for what is no method of a pointer.
func receiver(name string) string {
	from := strings.Index(name, ".(*")
	if from < 0 {
		return ""
	}
	to := strings.Index(name[from:], ").")
	if to < 0 {
		return ""
	}
	return name[:from+to+1]
}
