package command

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/leaktop/leaktop/profile/leak/ignore"
)

// ignoreFile is the file of ignored functions in the working directory.
const ignoreFile = ".leaktopignore"

// maxIgnoreFile bounds its size in bytes.
const maxIgnoreFile = 1 << 20

// loadIgnored returns the functions that flags and a file say to ignore. The file
// may be missing.
func loadIgnored(flags []string, file string) (ignore.List, error) {
	list, err := ignore.New(flags...)
	if err != nil {
		return ignore.List{}, fmt.Errorf("--ignore: %w", err)
	}
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return list, nil
	}
	if err != nil {
		return ignore.List{}, fmt.Errorf("read ignored functions: %w", err)
	}
	defer f.Close()
	more, err := ignore.Parse(io.LimitReader(f, maxIgnoreFile))
	if err != nil {
		return ignore.List{}, fmt.Errorf("read %s: %w", file, err)
	}
	return list.Merge(more), nil
}
