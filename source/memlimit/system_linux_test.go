package memlimit

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// hogEnviron makes the test binary allocate memory until it fails.
const hogEnviron = "LEAKTOP_TEST_HOG"

func TestMain(m *testing.M) {
	if os.Getenv(hogEnviron) != "" {
		Apply()
		var held [][]byte
		for {
			block := make([]byte, 4<<20)
			for i := range block {
				block[i] = 1
			}
			held = append(held, block)
			runtime.KeepAlive(held)
		}
	}
	os.Exit(m.Run())
}

// outOfMemoryRace is the message of a process under the race detector, whose own memory
// counts too and runs out first.
const outOfMemoryRace = "ThreadSanitizer failed to allocate"

// TestHardLimit checks the limit with a process that never stops allocating.
func TestHardLimit(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), hogEnviron+"=1", "GOMEMLIMIT=100MiB")
	said, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(said), "out of memory") && !strings.Contains(string(said), outOfMemoryRace) {
		t.Fatalf("it ended with %v: %.2000s", err, said)
	}
	// In KiB, see getrusage(2). The limit is 200 MiB on top of what a test binary has.
	if rss := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss; rss > 320<<10 {
		t.Errorf("it took %d KiB", rss)
	}
}

func TestAvailable(t *testing.T) {
	const mib = 1 << 20
	meminfo := "MemTotal:       1000 kB\nMemFree: 10 kB\nMemAvailable:    2097152 kB\n"
	for _, test := range []struct {
		name  string
		files map[string]string
		want  uint64
	}{
		{"machine", map[string]string{"proc/meminfo": meminfo}, 2048 * mib},
		{"nothing known", nil, 0},
		{"container, version 2", map[string]string{
			"proc/meminfo": meminfo, "proc/self/cgroup": "0::/pod/app\n",
			"sys/fs/cgroup/pod/app/memory.max": "268435456\n", "sys/fs/cgroup/pod/app/memory.current": "62914560\n",
			"sys/fs/cgroup/pod/app/memory.stat": "anon 1\ninactive_file 31457280\n",
		}, 226 * mib},
		{"limit of the pod above", map[string]string{
			"proc/meminfo": meminfo, "proc/self/cgroup": "0::/pod/app\n",
			"sys/fs/cgroup/pod/app/memory.max": "max\n", "sys/fs/cgroup/pod/memory.max": "104857600\n",
		}, 100 * mib},
		{"container that sees its own group as the root", map[string]string{
			"proc/meminfo": meminfo, "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "104857600\n",
		}, 100 * mib},
		{"container, version 1", map[string]string{
			"proc/meminfo": meminfo, "proc/self/cgroup": "5:cpu:/x\n4:memory:/docker/1\n0::/\n",
			"sys/fs/cgroup/memory/docker/1/memory.limit_in_bytes": "104857600\n",
			"sys/fs/cgroup/memory/docker/1/memory.usage_in_bytes": "209715200\n",
		}, 1},
		{"version 1 without a limit", map[string]string{
			"proc/meminfo": meminfo, "proc/self/cgroup": "4:memory:/\n",
			"sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
		}, 2048 * mib},
	} {
		t.Run(test.name, func(t *testing.T) {
			root := t.TempDir()
			for name, text := range test.files {
				at := filepath.Join(root, name)
				if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(at, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if got := availableIn(root); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}
