package process

import (
	"os"
	"os/exec"
	"testing"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/profile/memory"
)

// TestChildren counts real children of this process: running ones and zombies.
func TestChildren(t *testing.T) {
	count := func() (r struct{ running, zombies int }, most string) {
		var m memory.Reading
		if AddChildren(&m, os.Getpid()); m.Processes == 0 {
			t.Fatalf("got %+v", m)
		}
		r.zombies = int(m.Zombies)
		r.running = int(m.Processes-1) - r.zombies
		return r, m.MostChildren
	}
	if before, _ := count(); before.running != 0 || before.zombies != 0 {
		t.Fatalf("got %+v before any was started", before)
	}
	start := func(name string, args ...string) {
		c := exec.Command(name, args...)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_ = c.Process.Kill()
			_ = c.Wait()
		})
	}
	for range 3 {
		start("sleep", "600")
	}
	for range 5 {
		start("true")
	}
	eventually.Holds(t, "the children", func() bool {
		now, most := count()
		return now.running == 3 && now.zombies == 5 && most == "true"
	})
}

// TestZombiesAreEstimated checks that only a sample of very many children is examined.
func TestZombiesAreEstimated(t *testing.T) {
	c := exec.Command("sleep", "600")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	})
	pids := make([]int, 10*sampledChildren)
	for i := range pids {
		pids[i] = c.Process.Pid
	}
	var got children
	got.examine(pids)
	if got.zombies != 0 || got.most != "sleep" {
		t.Errorf("running: got %+v", got)
	}
	_ = c.Process.Kill()
	eventually.Holds(t, "the zombies", func() bool {
		got = children{}
		got.examine(pids)
		return got.zombies == uint64(len(pids))
	})
}
