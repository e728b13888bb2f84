package ui

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/record"
	"github.com/leaktop/leaktop/ui/tui"
)

// recordAction starts and stops recordings.
type recordAction struct {
	*core
	options record.Options // as the user set them
}

// recordedMsg reports the start or the end of a recording.
type recordedMsg struct {
	action *recordAction
	path   string
	ended  *session.Recording // nil at the start
	err    error
}

// toggleRecording starts or stops a recording.
func (a *recordAction) toggleRecording() tea.Cmd {
	w := a.session
	switch {
	case a.vc.State.Replay != nil:
		file := w.Source.Name()
		if rec, ok := w.Source.(*source.Recorded); ok {
			file = rec.File()
		}
		a.reportStatus(false, "This is already a recording: "+file+".")
		return nil
	case a.vc.State.Recording != nil:
		return func() tea.Msg {
			st, err := w.StopRecording()
			return recordedMsg{a, st.Path, &st, err}
		}
	}
	r, name, now, base := a.options, a.targetName(), a.now(), a.fileName("recording")
	r.Overwrite = false // the user allowed that for another file
	return func() tea.Msg {
		if now.IsZero() {
			now = time.Now()
		}
		path, err := freePath(base)
		if err == nil {
			path, err = filepath.Abs(path)
		}
		if err == nil {
			err = w.Record(path, r.Options(name, now))
		}
		if err == nil {
			r.Started(path)
		}
		return recordedMsg{a, path, nil, err}
	}
}

// Apply shows the outcome.
func (msg recordedMsg) Apply() tea.Cmd {
	a := msg.action
	switch {
	case msg.err != nil && msg.ended == nil:
		a.reportStatus(true, "Cannot record: "+tui.Explain(msg.err))
	case msg.err != nil:
		a.reportStatus(true, "The recording "+msg.path+" failed: "+tui.Explain(msg.err))
	case msg.ended != nil:
		a.reportStatus(false, "Recorded "+record.Profiles(msg.ended.Profiles)+", "+format.Bytes(msg.ended.Size)+": "+msg.path)
	default:
		a.reportStatus(false, "Recording to "+msg.path+"; r stops it.")
	}
	return nil
}

// freePath returns an unused file name in the working directory.
func freePath(name string) (string, error) {
	for i := range 100 {
		path := name
		if i > 0 {
			path += "-" + strconv.Itoa(i+1)
		}
		path += ".tar"
		if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
			return path, nil
		}
	}
	return "", errors.New("no free file name in this folder")
}
