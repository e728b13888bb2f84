package ui

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/watch"
)

// recordedMsg says how the start or the end of a recording went.
type recordedMsg struct {
	path  string
	ended *watch.Recording // nil at the start
	err   error
}

// toggleRecording begins or ends a recording.
func (m *Model) toggleRecording(tea.KeyPressMsg) tea.Cmd {
	w := m.watch
	switch {
	case m.sh.state.Replay != nil:
		m.say(false, "This is a recording already: it is in "+w.Source.Name()+".")
		return nil
	case m.sh.state.Recording != nil:
		return func() tea.Msg {
			st, err := w.StopRecording()
			return recordedMsg{st.Path, &st, err}
		}
	}
	r, name, now := m.record, m.name(), m.now()
	r.Overwrite = false // that was said of another file
	return func() tea.Msg {
		if now.IsZero() {
			now = time.Now()
		}
		path, err := freePath(recordingName(name, now))
		if err == nil {
			path, err = filepath.Abs(path)
		}
		if err == nil {
			err = w.Record(path, r.options(name, now))
		}
		return recordedMsg{path, nil, err}
	}
}

func (m *Model) recorded(msg recordedMsg) {
	switch {
	case msg.err != nil && msg.ended == nil:
		m.say(true, "Recording did not begin: "+explain(msg.err))
	case msg.err != nil:
		m.say(true, "The recording "+msg.path+" ended badly: "+explain(msg.err))
	case msg.ended != nil:
		m.say(false, "Recorded "+profiles(msg.ended.Profiles)+", "+format.Bytes(msg.ended.Size)+": "+msg.path)
	default:
		m.say(false, "Recording to "+msg.path+"; r ends it.")
	}
}

// recordingName is a sensible name for a recording of a target.
func recordingName(target string, now time.Time) string {
	var b strings.Builder
	for _, r := range target {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '_':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= 60 {
			break
		}
	}
	name := strings.Trim(b.String(), "-.")
	if name == "" {
		name = "leaktop"
	}
	return name + "-" + now.Local().Format("20060102-150405")
}

// freePath is a name in the working directory that no file has.
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
	return "", errors.New("the folder is full of recordings of this second")
}

// recordStatus is what the header says of a recording.
func recordStatus(sh *shared) string {
	r := sh.state.Recording
	switch {
	case r == nil:
		return ""
	case r.Err != nil:
		return sh.theme.Render(theme.Bad, theme.SymbolFailed+" rec fails")
	}
	return sh.theme.Render(theme.Bad, theme.SymbolLeak) + sh.theme.Render(theme.Dim, " rec "+format.Bytes(r.Size))
}
