package ui

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/tui"
)

// sourceLineAction copies the source line of the selected row, or opens it in an editor.
type sourceLineAction struct {
	*core
	getenv func(string) string
}

// hasSourceLine is a page without rows, about one source line.
type hasSourceLine interface{ At() profile.Frame }

// selectedLine returns the source line of the row, or of the page, and the name of
// the row. The frame's Func is nil if no function is known.
func (a sourceLineAction) selectedLine() (at profile.Frame, name string) {
	switch p := a.currentPage().(type) {
	case tui.HasRow:
		if r, ok := p.SelectedRow(); ok {
			if at = r.At; at.Func == nil && r.Blame != nil {
				at = profile.Frame{Func: r.Blame, Line: r.Blame.StartLine}
			}
			return at, r.Name
		}
	case hasSourceLine:
		if at = p.At(); at.Func != nil {
			return at, at.Func.Name
		}
	}
	return profile.Frame{}, ""
}

// copySourceLine copies "file:line" of the row, or its name if no line is known.
func (a sourceLineAction) copySourceLine() tea.Cmd {
	at, text := a.selectedLine()
	if at.Func != nil && at.Func.File != "" && at.Line > 0 {
		text = at.Func.File + ":" + strconv.Itoa(at.Line)
	}
	if text == "" {
		a.reportStatus(false, "There is no function to copy here.")
		return nil
	}
	a.reportStatus(false, "Copied "+text)
	return tea.SetClipboard(text)
}

// sourceMsg says where the source of a line is on this machine.
type sourceMsg struct {
	action sourceLineAction
	at     profile.Frame
	path   string
	why    string // why there is none
}

// editedMsg reports the end of the editor.
type editedMsg struct {
	action sourceLineAction
	err    error
}

// openEditor opens the source line of the row in the user's editor, if the file is on
// this machine.
func (a sourceLineAction) openEditor() tea.Cmd {
	at, _ := a.selectedLine()
	if at.Func == nil {
		a.reportStatus(false, "There is no function to open here.")
		return nil
	}
	if a.editor() == "" {
		a.reportStatus(true, "No editor is set: for example, export EDITOR=vim. c copies file:line.")
		return nil
	}
	read, version := a.vc.ReadSource, a.vc.State.Facts.GoVersion
	return func() tea.Msg {
		l := read(at.Func, at.Line, version)
		if l.Path == "" {
			return sourceMsg{a, at, "", l.Missing(at.Func)}
		}
		return sourceMsg{a, at, l.Path, ""}
	}
}

func (a sourceLineAction) editor() string {
	if e := strings.TrimSpace(a.getenv("VISUAL")); e != "" {
		return e
	}
	return strings.TrimSpace(a.getenv("EDITOR"))
}

// Apply starts the editor, which has the terminal until it exits.
func (m sourceMsg) Apply() tea.Cmd {
	a := m.action
	if m.path == "" {
		a.reportStatus(true, m.why)
		return nil
	}
	words := strings.Fields(a.editor())
	args := append(words[1:len(words):len(words)], editorArgs(words[0], m.path, m.at.Line)...)
	return tea.ExecProcess(exec.Command(words[0], args...), func(err error) tea.Msg { return editedMsg{a, err} })
}

// Apply reports an editor that could not be run.
func (m editedMsg) Apply() tea.Cmd {
	if m.err != nil {
		m.action.reportStatus(true, "The editor "+m.action.editor()+": "+tui.Explain(m.err))
	}
	return m.action.currentPage().Refresh(true)
}

// editorArgs returns the arguments that open a file at a line: "+41 cart.go" is
// understood by vi, emacs, nano and most others.
func editorArgs(editor, path string, line int) []string {
	if line <= 0 {
		return []string{path}
	}
	at := path + ":" + strconv.Itoa(line)
	switch strings.TrimSuffix(filepath.Base(editor), ".exe") {
	case "code", "codium", "cursor", "windsurf":
		return []string{"--goto", at}
	case "subl", "zed", "hx", "helix", "lapce":
		return []string{at}
	case "idea", "goland":
		return []string{"--line", strconv.Itoa(line), path}
	}
	return []string{"+" + strconv.Itoa(line), path}
}
