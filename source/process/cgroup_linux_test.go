package process

import (
	"os"
	"path/filepath"
	"testing"
)

func TestMemoryCgroup(t *testing.T) {
	stat := "anon 1\nactive_file 5\ninactive_file 300\n"
	for name, tc := range map[string]struct {
		files map[string]string
		want  Cgroup // "no limit" if there is none
	}{
		"nothing": {},
		"no limit": {map[string]string{
			"proc/7/cgroup": "0::/a\n", "sys/fs/cgroup/a/memory.max": "max\n", "sys/fs/cgroup/a/memory.current": "1000\n",
		}, Cgroup{}},
		"its own": {map[string]string{
			"proc/7/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/memory.max": "5000\n", "sys/fs/cgroup/a/b/memory.current": "1000\n", "sys/fs/cgroup/a/b/memory.stat": stat,
		}, Cgroup{Limit: 5000, WorkingSet: 700}},
		"of a group above, which others share": {map[string]string{
			"proc/7/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/memory.max": "max\n", "sys/fs/cgroup/a/memory.max": "5000\n", "sys/fs/cgroup/a/memory.current": "4000\n",
		}, Cgroup{Limit: 5000}},
		"the tighter of two": {map[string]string{
			"proc/7/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/memory.max": "9000\n", "sys/fs/cgroup/a/memory.max": "5000\n",
		}, Cgroup{Limit: 5000}},
		"version 1": {map[string]string{
			"proc/7/cgroup": "12:cpu:/x\n4:memory:/a\n",
			"sys/fs/cgroup/memory/a/memory.limit_in_bytes": "5000\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
			"sys/fs/cgroup/memory/a/memory.usage_in_bytes": "1000\n", "sys/fs/cgroup/memory/a/memory.stat": "inactive_file 1\ntotal_inactive_file 400\n",
		}, Cgroup{Limit: 5000, WorkingSet: 600}},
		// kubectl debug --target sees its own files, and those of the target below the target's
		// root.
		"from a debug container": {map[string]string{
			"proc/7/cgroup": "0::/../cri-containerd-1234.scope\n", "sys/fs/cgroup/memory.max": "100\n",
			"proc/7/root/sys/fs/cgroup/memory.max": "5000\n", "proc/7/root/sys/fs/cgroup/memory.current": "1000\n", "proc/7/root/sys/fs/cgroup/memory.stat": stat,
		}, Cgroup{Limit: 5000, WorkingSet: 700}},
		"from one that may not look": {map[string]string{
			"proc/7/cgroup": "0::/../cri-containerd-1234.scope\n", "sys/fs/cgroup/memory.max": "100\n",
		}, Cgroup{}},
		"damaged": {map[string]string{"proc/7/cgroup": "0::\nx\n\x00:memory", "sys/fs/cgroup/memory.max": "-3\n"}, Cgroup{}},
	} {
		root := t.TempDir()
		for file, text := range tc.files {
			at := filepath.Join(root, file)
			if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(at, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		got, ok := memoryCgroup(root, 7)
		if got != tc.want || ok != (tc.want.Limit > 0) {
			t.Errorf("%s: %+v, %v, want %+v", name, got, ok, tc.want)
		}
	}
}
