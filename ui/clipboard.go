package ui

import (
	"bytes"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/tui"
)

// maxCopied bounds what is copied: terminals drop longer sequences, the
// strictest of the common ones beyond 100,000 bytes, in base64.
const maxCopied = 74_000

// copiedMsg brings the text of a view that is to be copied.
type copiedMsg struct {
	text string
	err  error
}

// copyView makes the view on screen into Markdown.
func (m *Model) copyView(tea.KeyPressMsg) tea.Cmd {
	build := m.document()
	return func() tea.Msg {
		d := build()
		f, _ := export.For(".md")
		var b bytes.Buffer
		err := f.WriteTo(&b, &d)
		return copiedMsg{b.String(), err}
	}
}

// copied hands the text to the terminal (OSC 52), which puts it into the
// clipboard of the machine that the user sits at, over ssh too. It does not
// answer: that it may refuse must be said.
func (m *Model) copied(msg copiedMsg) tea.Cmd {
	switch {
	case msg.err != nil:
		m.say(true, tui.SentenceCase(msg.err.Error()))
		return nil
	case len(msg.text) > maxCopied:
		m.say(true, "The view is too long for a terminal's clipboard, "+format.Bytes(len(msg.text))+": e writes it to a file.")
		return nil
	}
	m.say(false, "Copied the view as Markdown, "+format.Bytes(len(msg.text))+". Nothing there? The terminal must allow it: in tmux, set -g set-clipboard on.")
	return tea.SetClipboard(msg.text)
}

// paste is text from the clipboard, for a prompt that is open.
func (m *Model) paste(msg tea.PasteMsg) tea.Cmd {
	switch {
	case m.save != nil:
		var cmd tea.Cmd
		m.save.input, cmd = m.save.input.Update(msg)
		return cmd
	case m.asking:
		return m.typed(msg)
	}
	return nil
}
