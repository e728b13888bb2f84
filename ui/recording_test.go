package ui

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/recording"
	"github.com/leaktop/leaktop/source/session"
)

// endlessSource is a source that continues until it is canceled.
type endlessSource struct{ files }

func (s endlessSource) Watch(ctx context.Context, send func(source.Message)) error {
	if err := s.files.Watch(ctx, send); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// newEndlessScreen returns a screen on a watch that continues after its first profile.
func newEndlessScreen(t *testing.T) *screen {
	t.Helper()
	w := session.New(endlessSource{files{names: []string{"small_heap_060.pb.gz"}}})
	done := make(chan error, 1)
	ctx, cancel := context.WithCancel(context.Background())
	go func() { done <- w.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	s := onScreen(t, w, colorprofile.NoTTY)
	s.send(tea.WindowSizeMsg{Width: 120, Height: 30})
	s.waitUntil(func(st session.State) bool { return st.Polls == 1 })
	return s
}

// r starts a recording, an evidence bundle contains the recording so far, and r ends it.
func TestRecordOnAKey(t *testing.T) {
	s := newEndlessScreen(t)
	t.Chdir(t.TempDir())
	s.press("r")
	s.wants("Recording to", "r stops it")
	s.waitUntil(func(st session.State) bool { return st.Recording != nil && st.Recording.Size > 0 })
	s.wants("rec ")
	path := s.m.vc.State.Recording.Path
	if info, err := os.Stat(path); err != nil || !strings.HasPrefix(filepath.Base(path), "leaktop-files-recording-") || info.Size() == 0 {
		t.Errorf("recording to %s: %v", path, err)
	}
	s.press("E")
	s.rename("e.tar.gz")
	s.press("enter")
	s.wants("Wrote")
	if got := unpackBundle(t, "e.tar.gz"); !strings.Contains(got["recording.tar"], "meta.json") || !strings.Contains(got["README.txt"], "leaktop recording.tar") {
		t.Errorf("the bundle lacks the recording so far: %d bytes", len(got["recording.tar"]))
	}
	s.press("r")
	s.wants("Recorded 1 profile,")
	rec, err := recording.Open(t.Context(), []string{path}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(rec.Warnings) > 0 || rec.Target != "files" {
		t.Errorf("recording of %q: got warnings %q", rec.Target, rec.Warnings)
	}
	if err := rec.Close(); err != nil {
		t.Error(err)
	}
}
