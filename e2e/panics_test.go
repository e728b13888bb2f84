package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/demo"
	"github.com/leaktop/leaktop/source/target"
	"github.com/leaktop/leaktop/ui"
	"github.com/leaktop/leaktop/ui/record"
	"github.com/leaktop/leaktop/ui/supervise"
)

// panicProgram is the name under which the test binary is [runPanicProgram].
const panicProgram = "leaktop-panics"

// panicking is a source that panics in one method: "watch", "fetch" or "offers". The
// view calls Offers while it handles a key. Any other value is one of the crashes,
// triggered in Offers too.
type panicking struct{ where string }

func (p panicking) Name() string { return "panicking" }
func (p panicking) Close() error { return nil }

func (p panicking) setPanicPlace(where string) {
	if p.where == where {
		panic("provoked in " + where)
	}
}

func (p panicking) Watch(ctx context.Context, _ func(source.Message)) error {
	p.setPanicPlace("watch")
	<-ctx.Done()
	return nil
}

func (p panicking) Fetch(context.Context, source.Query) (profile.Capture, error) {
	p.setPanicPlace("fetch")
	return profile.Capture{}, nil
}

func (p panicking) Offers() []profile.Kind {
	p.setPanicPlace("offers")
	if crash, ok := crashes[p.where]; ok {
		crash()
		select {}
	}
	return nil
}

// crashes are failures from which a program cannot recover.
var crashes = map[string]func(){
	"crash": func() { go panicking{"crash"}.setPanicPlace("crash") },
	"map": func() {
		shared := map[int]int{}
		for range 4 {
			go func() {
				for i := 0; ; i++ {
					shared[i%8] = i
				}
			}()
		}
	},
	"memory": func() {
		go func() {
			var held [][]byte
			for {
				held = append(held, make([]byte, 16<<20))
				runtime.KeepAlive(held)
			}
		}()
	},
}

// panickingDemo is a real source whose offers panic.
type panickingDemo struct {
	source.Source
	view panicking
}

func (p panickingDemo) Offers() []profile.Kind { return p.view.Offers() }

// withoutRaces returns an environment setting that keeps reports of the race detector
// off the screen, because a provoked crash is a race or interrupts Bubble Tea.
func withoutRaces(t *testing.T) string {
	return "GORACE=log_path=" + filepath.Join(t.TempDir(), "races")
}

// runPanicProgram shows a view that panics, of an empty source or, like "leaktop
// demo", of the sample service. It returns the exit code.
func runPanicProgram(where string, leaks ...string) (code int) {
	err := supervise.Run(context.Background(), os.Stderr, &code, func(ctx context.Context, s *supervise.Screen) error {
		code = showPanicking(ctx, s, where, leaks)
		return nil
	})
	if err != nil {
		return reportError(err)
	}
	return code
}

func showPanicking(ctx context.Context, screen *supervise.Screen, where string, leaks []string) int {
	var src source.Source = panicking{where}
	if len(leaks) > 0 {
		exe, err := exec.LookPath("leaktop")
		if err != nil {
			return reportError(err)
		}
		child, err := demo.Start(ctx, exe, leaks)
		if err != nil {
			return reportError(err)
		}
		defer func() { _ = child.Stop() }()
		parsed, err := target.Parse(child.URL)
		if err != nil {
			return reportError(err)
		}
		served, err := source.Open(ctx, parsed, source.Options{})
		if err != nil {
			return reportError(err)
		}
		src = panickingDemo{served, panicking{where}}
	}
	screen.Acquire()
	err := ui.Run(ctx, src, record.Options{}, ui.Preferences{}, os.Stdout)
	screen.Release()
	if err != nil {
		return reportError(err)
	}
	return 0
}

func reportError(err error) int {
	fmt.Fprintln(os.Stderr, "leaktop:", err)
	return 2
}
