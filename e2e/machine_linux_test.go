package e2e

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/pprof"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/source/recording"
)

// isLongRun reports whether LEAKTOP_LONG=1 is set, with which stops take as long as in
// reality.
func isLongRun() bool { return os.Getenv("LEAKTOP_LONG") != "" }

// serveOwn serves the profiles of this process.
func serveOwn(t testing.TB) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

// serveOwnSlowly serves the profiles of this process, each response after a delay, so
// that a request is nearly always in progress.
func serveOwnSlowly(t testing.TB) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(time.Second):
			pprof.Index(w, r)
		case <-r.Context().Done():
		}
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

// After leaktop has been stopped for longer than a response may take, as on a
// suspended machine, the watch continues without a failure or a restart.
func TestStopForAWhile(t *testing.T) {
	t.Parallel()
	tm := start(t, 120, 40, "leaktop", serveOwnSlowly(t), "--timeout", "3s", "--interval", "500ms", "--cost", "100%")
	tm.shows("live ", "FUNCTION", "quit")
	view := viewOf(tm, tm.cmd.Process.Pid)
	sendSignal(t, view, syscall.SIGSTOP)
	pause := 4 * time.Second
	if isLongRun() {
		pause = time.Minute
	}
	time.Sleep(pause)
	written := tm.countBytes()
	sendSignal(t, view, syscall.SIGCONT)
	tm.waitFor("the next poll", func(s string) bool { return tm.countBytes() > written && strings.Contains(s, "live ") })
	tm.press(tabOf(tm, "Events"))
	screen := tm.shows("TIME", "WHAT")
	_, s, _ := strings.Cut(screen, "TIME") // the cards above name functions of other tests
	if strings.Contains(s, "restart") || strings.Contains(s, "failed") || strings.Contains(s, "does not") {
		t.Errorf("a stop is taken for an outage:\n%s", screen)
	}
	tm.press("q")
	tm.exitsWith(0)
	tm.checkRestored()
}

// With hardly any file descriptors left, leaktop works or reports an error.
func TestFewFiles(t *testing.T) {
	const enough = 8 // for the Go runtime itself
	url := serveOwn(t)
	step := 4
	if eventually.IsFull() {
		step = 2
	}
	for files := enough; files <= 24; files += step {
		t.Run(fmt.Sprint("view with ", files), func(t *testing.T) {
			t.Parallel()
			tm := start(t, 120, 40, "sh", "-c", fmt.Sprintf(`ulimit -n %d; exec leaktop "$1"`, files), "sh", url)
			tm.waitForEndOr("a screen", func(s string) bool { return strings.Contains(s, "quit") })
			_, _ = io.WriteString(tm.pty.Master(), "q")
			_ = tm.waitForExit()
			tm.checkRestored()
			if len(tm.raw) == 0 {
				t.Error("it said nothing")
			}
			if raw := string(tm.raw); strings.Contains(raw, "goroutine 1 [") || strings.Contains(raw, "panic:") {
				t.Errorf("it crashed:\n%s", raw)
			}
		})
		t.Run(fmt.Sprint("check with ", files), func(t *testing.T) {
			t.Parallel()
			out, err := exec.Command(findProgram(t, "sh"), "-c", fmt.Sprintf(`ulimit -n %d; exec leaktop check --for 1s "$1"`, files), "sh", url).CombinedOutput()
			if len(out) == 0 || strings.Contains(string(out), "panic:") || strings.Contains(string(out), "goroutine 1 [") {
				t.Errorf("it ended with %v and said %q", err, out)
			}
		})
	}
}

// A full disk is reported, and the recording can be read up to that point.
func TestFullDisk(t *testing.T) {
	url := serveOwn(t)
	for _, kilobytes := range []int{1, 4, 16, 64} {
		t.Run(strconv.Itoa(kilobytes), func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			path := filepath.Join(folder, "full.tar")
			out, err := exec.Command(findProgram(t, "sh"), "-c", fmt.Sprintf(`ulimit -f %d; exec leaktop record --interval 200ms --cost 100%% --for 4s -o "$1" "$2"`, 2*kilobytes), "sh", path, url).CombinedOutput()
			if err == nil || !strings.Contains(string(out), "file too large") {
				t.Errorf("it ended with %v and said %q", err, out)
			}
			checkRecording(t, path)
		})
	}
}

// checkRecording checks that a recording, if there is one, can be read up to its
// end, and returns how many profiles it has.
func checkRecording(t *testing.T, path string) (profiles int) {
	t.Helper()
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return 0
	}
	rec, err := recording.Open(t.Context(), []string{path}, nil)
	if err != nil {
		if !strings.Contains(err.Error(), "no profile") && !strings.Contains(err.Error(), "no readable profile") {
			t.Errorf("what was recorded can't be read: %v", err)
		}
		return 0
	}
	defer func() { _ = rec.Close() }()
	for i := range rec.Items {
		if rec.Items[i].Message == nil {
			if c, err := rec.Load(&rec.Items[i]); err != nil || len(c.Data) == 0 {
				t.Errorf("entry %d: %v", i, err)
			}
			profiles++
		}
	}
	return profiles
}

// If the terminal is lost, as when an ssh connection breaks, the view ends and the
// recording is complete.
func TestLostTerminalWhileRecording(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lost.tar")
	tm := start(t, 120, 40, "leaktop", serveOwn(t), "--record", path)
	tm.shows("live ", "FUNCTION", "rec ")
	waitForProfile(t, path)
	view := viewOf(tm, tm.cmd.Process.Pid)
	_ = tm.pty.Master().Close()
	_ = tm.waitForExit()
	waitForEnd(t, view)
	if checkRecording(t, path) == 0 {
		t.Error("nothing is recorded")
	}
}

// TestKillWhileRecording kills at every stage: at the start, while writing, and
// while thinning.
func TestKillWhileRecording(t *testing.T) {
	t.Parallel()
	url := serveOwn(t)
	folder := t.TempDir()
	kills, profiles := 12, 0
	if isLongRun() {
		kills = 100
	}
	for i := 0; i < kills || profiles == 0 && i < 4*kills; i++ { // on a busy machine, the first profile may come late
		path := filepath.Join(folder, strconv.Itoa(i)+".tar")
		cmd := exec.Command(findProgram(t, "leaktop"), "record", "--interval", "100ms", "--cost", "100%", "--max-size", "1MiB", "-o", path, url)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(i*i) * 2500 * time.Millisecond / time.Duration(kills*kills))
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		profiles += checkRecording(t, path)
	}
	if profiles == 0 {
		t.Error("nothing was recorded by any")
	}
}

// TestKillWhileExporting kills the view while it writes the evidence. A file with the
// final name must be complete.
func TestKillWhileExporting(t *testing.T) {
	t.Parallel()
	url := serveOwn(t)
	kills, whole := 6, 0
	if isLongRun() {
		kills = 40
	}
	for i := range kills {
		folder := t.TempDir()
		path := filepath.Join(folder, "evidence.tar.gz")
		tm := start(t, 120, 40, "leaktop", url)
		tm.shows("live ", "FUNCTION", "quit")
		view := viewOf(tm, tm.cmd.Process.Pid)
		tm.press("E")
		tm.shows("Write the evidence")
		tm.press("\x15", path) // deletes the proposed name
		tm.shows("evidence.tar.gz")
		tm.press(keyEnter)
		time.Sleep(time.Duration(i) * 30 * time.Millisecond / time.Duration(kills))
		sendSignal(t, view, syscall.SIGKILL)
		tm.exitsWith(128 + int(syscall.SIGKILL))
		tm.checkRestored()
		if readsBundle(t, path) {
			whole++
		}
	}
	t.Logf("%d of %d exports had ended before the kill", whole, kills)
}

// readsBundle checks that an archive is complete, if there is one.
func readsBundle(t *testing.T, path string) bool {
	t.Helper()
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return false
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Errorf("the evidence is damaged: %v", err)
		return false
	}
	for r := tar.NewReader(z); ; {
		switch _, err := r.Next(); {
		case errors.Is(err, io.EOF):
			return true
		case err != nil:
			t.Errorf("the evidence is damaged: %v", err)
			return false
		}
		if _, err := io.Copy(io.Discard, r); err != nil {
			t.Errorf("the evidence is damaged: %v", err)
			return false
		}
	}
}

// waitForEndOr waits until ok accepts the screen, or the program has ended.
func (tm *terminal) waitForEndOr(what string, ok func(screen string) bool) {
	tm.t.Helper()
	late := time.After(patience)
	for {
		s, changed := tm.readScreen()
		if ok(s) {
			return
		}
		select {
		case <-changed:
		case <-tm.silent:
			return
		case <-late:
			tm.t.Fatalf("neither %s nor an end within %v:\n%s", what, patience, s)
		}
	}
}
