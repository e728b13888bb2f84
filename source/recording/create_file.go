package recording

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// createFile creates a file at path or, if path may be overwritten, a temporary file in
// the same folder that replaces it later. at is the name of the file.
func createFile(path string, overwrite bool) (f *os.File, at string, err error) {
	if overwrite {
		if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
			return nil, "", fmt.Errorf("create recording: %s is not a regular file: choose another name", path)
		}
		f, err = os.CreateTemp(filepath.Dir(path), ".leaktop-*.tar") // 0600
	} else {
		f, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	}
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil, "", fmt.Errorf("create recording: %s already exists: choose another name, or overwrite it with --force", path)
	case err != nil:
		return nil, "", fmt.Errorf("create recording: %w", err)
	}
	return f, f.Name(), nil
}

// moveIntoPlace renames the temporary file to its final path, replacing what is there.
func (w *Writer) moveIntoPlace() error {
	if w.path == w.final {
		return nil
	}
	// Windows cannot rename an open file.
	err := w.file.Close()
	if err == nil {
		err = os.Rename(w.path, w.final)
	}
	if err == nil {
		w.path = w.final
	}
	f, again := os.OpenFile(w.path, os.O_RDWR, 0o600)
	w.file = f
	if again != nil {
		w.file = failedFile{again}
	}
	if err := errors.Join(err, again); err != nil {
		return fmt.Errorf("overwrite recording: %w", err)
	}
	return nil
}
