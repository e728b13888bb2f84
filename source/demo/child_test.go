package demo

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/e2e/eventually"
)

func TestChildStops(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for name, end := range map[string]func(*Child){
		"stop":    func(c *Child) { stop(t, c) },
		"context": func(*Child) { cancel() },
	} {
		c, err := Start(ctx, os.Args[0], nil)
		if err != nil {
			t.Fatal(err)
		}
		if page := get(t, c.URL); !strings.Contains(page, "growing-slice") {
			t.Errorf("the child does not say what it runs: %q", page)
		}
		end(c)
		stop(t, c) // stopping twice does no harm
		if _, err := fetch(c.URL); err == nil {
			t.Errorf("%s: the child still answers", name)
		}
		if name == "context" {
			ctx, cancel = context.WithCancel(context.Background())
			defer cancel()
		}
	}
}

func TestChildThatCannotStart(t *testing.T) {
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	for _, test := range []struct {
		name  string
		ctx   context.Context
		exe   string
		leak  string
		crash string
		want  string
	}{
		{"no program", context.Background(), "/nowhere/leaktop", "batch", "", "/nowhere/leaktop"},
		{"unknown leak", context.Background(), os.Args[0], "bach", "", "did you mean batch?"},
		{"crash", context.Background(), os.Args[0], "batch", "no room \x1b[31mleft", "exit status 3; its output:\n  no room left"},
		{"context", ended, os.Args[0], "batch", "", "context canceled"},
	} {
		t.Setenv("DEMO_TEST_CRASH", test.crash)
		_, err := Start(test.ctx, test.exe, []string{test.leak})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q in it", test.name, err, test.want)
		}
	}
}

func TestChildThatDies(t *testing.T) {
	t.Setenv("DEMO_TEST_LIFE", "3s")
	c, err := Start(context.Background(), os.Args[0], []string{"batch"})
	if err != nil {
		t.Fatal(err)
	}
	<-c.done
	if err := c.Stop(); err == nil || !strings.Contains(err.Error(), "exit status 4; its output:\n  out of luck") {
		t.Errorf("a child that died has the error %v", err)
	}
}

// TestChildEndsWithPipe checks that closing the pipe ends the child, even without the
// signal that Linux sends.
func TestChildEndsWithPipe(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(os.Args[0], "demo", "--serve", "127.0.0.1:0", "select-forever")
	cmd.Env = childEnv(os.Environ())
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	url := readURL(t, cmd)
	get(t, url)
	if err := stdin.Close(); err != nil {
		t.Fatal(err)
	}
	late := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	defer late.Stop()
	if err := cmd.Wait(); err != nil {
		t.Errorf("the child ended with %v", err)
	}
}

// TestServeByHand checks that the service continues if its standard input is /dev/null.
func TestServeByHand(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(os.Args[0], "demo", "--serve", "127.0.0.1:0", "batch")
	cmd.Env = slices.DeleteFunc(os.Environ(), func(s string) bool { return strings.HasPrefix(s, parentEnv) })
	url := readURL(t, cmd)
	for range 20 { // longer than it takes to see that standard input has ended
		get(t, url)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("the service ended with %v", err)
	}
}

// TestChildEndsWithKilledParent kills a process that has started a child.
func TestChildEndsWithKilledParent(t *testing.T) {
	t.Parallel()
	cmd := exec.Command(os.Args[0], "parent")
	url := readURL(t, cmd)
	get(t, url)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // was killed
	eventually.Holds(t, "the child has ended", func() bool {
		_, err := fetch(url)
		return err != nil
	})
}

// readURL starts a command and returns its first line.
func readURL(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line)
}

func TestChildEnv(t *testing.T) {
	t.Setenv("GOGC", "off")
	if env := childEnv(nil); !slices.Equal(env, []string{parentEnv + "=1"}) {
		t.Errorf("with GOGC set the child gets %q", env)
	}
	if err := os.Unsetenv("GOGC"); err != nil {
		t.Fatal(err)
	}
	if env := childEnv(nil); !slices.Contains(env, "GOGC=50") {
		t.Errorf("without GOGC the child gets %q", env)
	}
}
