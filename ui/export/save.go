package export

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
)

// ErrExists reports that a file exists and may not be overwritten.
var ErrExists = errors.New("the file exists")

// Save writes a file atomically, with mode 0600: it writes and syncs a temporary
// file in the same folder, then renames it. done counts the bytes as they are
// written. The error is a sentence for the user. It wraps ErrExists if the file
// exists and overwrite is false.
func Save(ctx context.Context, path string, overwrite bool, done *atomic.Int64, write func(io.Writer) error) error {
	if err := checkWritable(path, overwrite); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".leaktop-*.part") // mode 0600
	if err != nil {
		return explainSaveError(path, err)
	}
	defer os.Remove(tmp.Name()) // fails after a successful rename
	w := bufio.NewWriterSize(countingWriter{ctx, tmp, done}, 64<<10)
	err = write(w)
	if err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = tmp.Sync()
	}
	if err := errors.Join(err, tmp.Close()); err != nil {
		return explainSaveError(path, err)
	}
	if err := renameInto(tmp.Name(), path, overwrite); err != nil {
		return explainSaveError(path, err)
	}
	syncFolder(filepath.Dir(path))
	return nil
}

// checkWritable returns an error if path cannot be written to.
func checkWritable(path string, overwrite bool) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return explainSaveError(path, err)
	case info.IsDir():
		return fmt.Errorf("%s is a folder: add a file name", path)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a regular file: choose another name", path)
	case !overwrite:
		return fmt.Errorf("%s: %w", path, ErrExists)
	}
	return nil
}

// renameInto gives a file its final name. Linking fails if the name has been taken
// since the check. File systems without hard links fall back to renaming.
func renameInto(tmp, path string, overwrite bool) error {
	if !overwrite {
		if err := os.Link(tmp, path); err == nil || errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return os.Rename(tmp, path)
}

// syncFolder makes the new name survive a crash, on systems that support it.
func syncFolder(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}

// explainSaveError returns an error that says why a file could not be written, and what
// to do.
func explainSaveError(path string, err error) error {
	dir := filepath.Dir(path)
	switch {
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("stopped: nothing was written: %w", err)
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%s: %w", path, ErrExists)
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("the disk is full, and nothing was written: free space in %s, or choose another folder: %w", dir, err)
	case errors.Is(err, syscall.EROFS):
		return fmt.Errorf("%s is read-only: choose another folder: %w", dir, err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("no permission to write in %s: choose another folder: %w", dir, err)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("the folder %s does not exist: choose another: %w", dir, err)
	}
	return fmt.Errorf("write %s: %w", path, err)
}

// countingWriter counts the bytes written, and fails when ctx ends.
type countingWriter struct {
	ctx     context.Context
	w       io.Writer
	written *atomic.Int64
}

func (c countingWriter) Write(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.w.Write(p)
	c.written.Add(int64(n))
	return n, err
}
