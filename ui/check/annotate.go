package check

import (
	"fmt"
	"io"
	"path"
	"path/filepath"
	"strings"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/report"
)

// maxAnnotations is how many annotations of a level GitHub shows for a step.
const maxAnnotations = 10

// annotate writes suspects as workflow commands of GitHub Actions, which shows them
// at the lines of a pull request. It reads them from standard error as well as from
// standard output, which has the report.
func (o Options) annotate(w io.Writer, r report.Result) error {
	if o.Workspace == "" {
		return nil
	}
	var b strings.Builder
	for i, s := range r.Report.Suspects[:min(len(r.Report.Suspects), maxAnnotations)] {
		level := "error"
		if s.Confidence == leak.Low {
			level = "warning"
		}
		text := s.Sentence + "\n" + s.Cause + "\n" + s.Fix
		if i == 0 {
			text += "\n" + report.DescribeWatch(r)
		}
		b.WriteString(newAnnotation(level, o.fileInWorkspace(s.File, r.Module), s.Line, report.SuspectWord(s)+": "+s.Label(), text))
	}
	if len(r.Report.Suspects) == 0 && r.Report.Verdict == leak.Undecided {
		level := "warning"
		if r.FailOnUndecided {
			level = "error"
		}
		b.WriteString(newAnnotation(level, "", 0, "leaktop: undecided", r.Report.Caveat.String()))
	}
	for _, s := range r.Report.Ignored[:min(len(r.Report.Ignored), maxAnnotations)] {
		b.WriteString(newAnnotation("notice", o.fileInWorkspace(s.File, r.Module), s.Line, "ignored: "+s.Label(), s.Sentence))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// newAnnotation returns one workflow command.
func newAnnotation(level, file string, line int, title, text string) string {
	var properties []string
	add := func(name, value string) {
		properties = append(properties, name+"="+escapeProperty(format.Clean(value)))
	}
	if file != "" {
		add("file", file)
		if line > 0 {
			add("line", fmt.Sprint(line))
		}
	}
	add("title", title)
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = format.Clean(lines[i])
	}
	return fmt.Sprintf("::%s %s::%s\n", level, strings.Join(properties, ","), escapeData(strings.Join(lines, "\n")))
}

// escapeData and escapeProperty escape as the runner of GitHub Actions unescapes
// (actions/toolkit, packages/core/src/command.ts).
func escapeData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func escapeProperty(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(escapeData(s))
}

// fileInWorkspace returns a source file as GitHub knows it, relative to the folder
// of the repository: it was built there, or with -trimpath, which leaves the path
// of the module. Another file keeps its name, and the annotation shows no line.
func (o Options) fileInWorkspace(file, module string) string {
	if rel, err := filepath.Rel(o.Workspace, file); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	if rest, ok := strings.CutPrefix(file, module); ok && module != "" {
		if at, rest, ok := strings.Cut(rest, "/"); ok && (at == "" || at[0] == '@') {
			return path.Clean(rest)
		}
	}
	return file
}
