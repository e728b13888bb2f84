package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/format"
)

// JUnit's format has no specification. These types have what Jenkins, GitLab and GitHub
// Actions read.

type junitSuite struct {
	XMLName    xml.Name        `xml:"testsuite"`
	Name       string          `xml:"name,attr"`
	Tests      int             `xml:"tests,attr"`
	Failures   int             `xml:"failures,attr"`
	Errors     int             `xml:"errors,attr"`
	Skipped    int             `xml:"skipped,attr"`
	Time       string          `xml:"time,attr"` // seconds
	Timestamp  string          `xml:"timestamp,attr"`
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase     `xml:"testcase"`
	Output     junitText       `xml:"system-out"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Class   string         `xml:"classname,attr"`
	Name    string         `xml:"name,attr"`
	File    string         `xml:"file,attr,omitempty"`
	Line    int            `xml:"line,attr,omitempty"`
	Time    string         `xml:"time,attr"`
	Failure *junitProblem  `xml:"failure"`
	Error   *junitProblem  `xml:"error"`
	Skipped *junitSkipping `xml:"skipped"`
}

type junitProblem struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",cdata"`
}

type junitText struct {
	Text string `xml:",cdata"`
}

type junitSkipping struct {
	Message string `xml:"message,attr"`
}

// noLeakCase is the test that passes if there is no leak.
const noLeakCase = "no leak"

// writeJUnit writes a report for the test pages of CI systems. A leak is a failure. An
// undecided verdict is an error, or skipped if it does not fail the check. Uncertain
// and ignored suspects are skipped.
func writeJUnit(w io.Writer, r Result, on Options) error {
	s, err := newSuite(r, on)
	if err != nil {
		return err
	}
	return encodeXML(w, s)
}

// newSuite returns the suite of one target.
func newSuite(r Result, on Options) (junitSuite, error) {
	var text strings.Builder
	if err := writeText(&text, r, Options{Width: on.Width}); err != nil {
		return junitSuite{}, err
	}
	seconds := strconv.FormatFloat(r.To.Sub(r.From).Seconds(), 'f', 3, 64)
	s := junitSuite{
		Name: "leaktop " + format.Clean(r.Target), Time: seconds, Timestamp: r.From.UTC().Format("2006-01-02T15:04:05"),
		Properties: junitProperties(r), Cases: junitCases(r), Output: junitText{"\n" + text.String()},
	}
	for i := range s.Cases {
		s.Cases[i].Class, s.Cases[i].Time = format.Clean(r.Target), seconds
	}
	s.countCases()
	return s, nil
}

func (s *junitSuite) countCases() {
	s.Tests = len(s.Cases)
	for _, c := range s.Cases {
		switch {
		case c.Failure != nil:
			s.Failures++
		case c.Error != nil:
			s.Errors++
		case c.Skipped != nil:
			s.Skipped++
		}
	}
}

func encodeXML(w io.Writer, v any) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(v); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func junitProperties(r Result) []junitProperty {
	out := []junitProperty{{"verdict", string(r.Report.Verdict)}, {"polls", strconv.Itoa(r.Polls)}}
	for _, p := range []junitProperty{{"target.goVersion", r.GoVersion}, {"leaktop.version", r.Version}} {
		if p.Value != "" {
			p.Value = format.Clean(p.Value)
			out = append(out, p)
		}
	}
	return out
}

func junitCases(r Result) (out []junitCase) {
	if c, ok := verdictCase(r); ok {
		out = append(out, c)
	}
	for _, s := range r.Report.Suspects {
		c := suspectCase(s)
		if s.Confidence == leak.Low {
			c.Skipped = &junitSkipping{"not certain: " + format.Clean(s.Sentence)}
		} else {
			kind := s.Signature
			if kind == "" {
				kind = string(s.Kind)
			}
			c.Failure = &junitProblem{Message: format.Clean(s.Sentence), Type: kind, Text: junitDetails(s)}
		}
		out = append(out, c)
	}
	for _, s := range r.Report.Ignored {
		c := suspectCase(s)
		c.Skipped = &junitSkipping{"ignored: " + format.Clean(s.Sentence)}
		out = append(out, c)
	}
	return out
}

// verdictCase returns the test of the whole target; ok is false if a suspect fails
// instead.
func verdictCase(r Result) (c junitCase, ok bool) {
	c.Name = noLeakCase
	switch caveat := format.Clean(r.Report.Caveat.String()); {
	case r.Report.Verdict == leak.Leaks:
		return c, false
	case r.Report.Verdict == leak.Steady:
	case r.FailOnUndecided:
		c.Error = &junitProblem{Message: "undecided: " + caveat, Type: "undecided", Text: format.Clean(r.Next)}
	default:
		c.Skipped = &junitSkipping{"undecided: " + caveat}
	}
	return c, true
}

func suspectCase(s leak.Suspect) junitCase {
	name := s.Function
	if name == "" {
		name = s.Label()
	}
	return junitCase{Name: format.Clean(name), File: format.Clean(s.File), Line: s.Line}
}

// junitDetails returns the full text of a failure.
func junitDetails(s leak.Suspect) string {
	var b strings.Builder
	for _, item := range []struct{ label, text string }{
		{"where", DescribePlace(s)}, {"rate", DescribeRate(s)}, {"began", DescribeOnset(s, time.UTC)}, {"cause", s.Cause}, {"fix", s.Fix}, {"stack", joinStack(s.Stack)},
	} {
		if item.text != "" {
			fmt.Fprintf(&b, "\n%s: %s", item.label, format.Clean(item.text))
		}
	}
	return b.String() + "\n"
}
