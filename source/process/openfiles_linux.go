package process

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/leaktop/leaktop/profile/plain"
)

const (
	// manyFiles is the number of descriptors from which a leak is possible.
	manyFiles = 100
	// sampledFiles is how many descriptors are examined: the newest, which are those
	// that leak.
	sampledFiles = 64
	// maxCounted bounds how many descriptors are counted one by one.
	maxCounted = 1 << 16
)

// openFiles counts the descriptors of a process by its folder in /proc; 0 if it may not
// be read. Since Linux 6.2 the folder has the count as its size.
func openFiles(dir string) uint64 {
	f, err := os.Open(dir)
	if err != nil {
		return 0
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() > 0 {
		return uint64(info.Size())
	}
	n := 0
	for n < maxCounted {
		names, err := f.Readdirnames(1024)
		n += len(names)
		if err != nil {
			break
		}
	}
	return uint64(n)
}

// mostFiles returns what at least half of the newest descriptors are: "sockets", "pipes",
// or the path of a file or folder. It returns "" if no kind has half of them.
func mostFiles(dir string) string {
	f, err := os.Open(dir)
	if err != nil {
		return ""
	}
	defer f.Close()
	names, _ := f.Readdirnames(maxCounted)
	numbers := make([]int, 0, len(names))
	for _, name := range names {
		if n, err := strconv.Atoi(name); err == nil {
			numbers = append(numbers, n)
		}
	}
	slices.SortFunc(numbers, func(a, b int) int { return cmp.Compare(b, a) })
	numbers = numbers[:min(len(numbers), sampledFiles)]
	counts := map[string]int{}
	for _, n := range numbers {
		to, err := os.Readlink(filepath.Join(dir, strconv.Itoa(n)))
		if err != nil {
			continue // it has been closed since
		}
		for _, what := range kindsOfFile(to) {
			if counts[what]++; 2*counts[what] >= len(numbers) {
				return plain.Clip(what, 200)
			}
		}
	}
	return ""
}

// kindsOfFile returns what a descriptor is by its link in /proc, the most precise first.
func kindsOfFile(link string) []string {
	switch {
	case strings.HasPrefix(link, "socket:"):
		return []string{"sockets"}
	case strings.HasPrefix(link, "pipe:"):
		return []string{"pipes"}
	case strings.HasPrefix(link, "anon_inode:"):
		return []string{strings.Trim(strings.TrimPrefix(link, "anon_inode:"), "[]")}
	case filepath.IsAbs(link):
		return []string{link, "files in " + filepath.Dir(link)}
	}
	return nil
}
