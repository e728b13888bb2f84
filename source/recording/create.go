package recording

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// create opens a new file: at the path, or where that may be taken beside it.
func create(path string, overwrite bool) (f *os.File, at string, err error) {
	if overwrite {
		if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
			return nil, "", fmt.Errorf("create recording: %s is no ordinary file: choose another name", path)
		}
		f, err = os.CreateTemp(filepath.Dir(path), ".leaktop-*.tar") // 0600
	} else {
		f, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	}
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil, "", fmt.Errorf("create recording: %s exists already: choose another name, or overwrite it with --force", path)
	case err != nil:
		return nil, "", fmt.Errorf("create recording: %w", err)
	}
	return f, f.Name(), nil
}

// settle puts the file where it is to be, over what was there.
func (w *Writer) settle() error {
	if w.path == w.final {
		return nil
	}
	// An open file cannot be renamed everywhere.
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
		w.file = gone{again}
	}
	if err := errors.Join(err, again); err != nil {
		return fmt.Errorf("overwrite recording: %w", err)
	}
	return nil
}
