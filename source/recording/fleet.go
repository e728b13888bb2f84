package recording

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// A recording of a fleet is a tar of the recordings of its members:
//
//	fleet.json     what they are
//	00001.tar      a recording, which can also be opened alone
//	00002.tar
//
// The path of a member is the path of the tar and the member's name: "fleet.tar/00001".
const fleetName = "fleet.json"

// FleetMeta is the content of a fleet.json.
type FleetMeta struct {
	Schema  int           `json:"schema"`
	Target  string        `json:"target"`  // as the header shows it, without secrets
	Version string        `json:"leaktop"` // version that wrote the recording
	Started time.Time     `json:"started"`
	Members []FleetMember `json:"members"`
}

// FleetMember is one member of a recorded fleet.
type FleetMember struct {
	File    string        `json:"file"` // name of its recording in the tar
	Name    string        `json:"name"` // for display, without secrets
	Facts   profile.Facts `json:"facts"`
	Zone    string        `json:"zone,omitempty"`
	Cluster string        `json:"cluster,omitempty"`
	// ExitReason is how its last process ended.
	ExitReason string    `json:"exitReason,omitempty"`
	Gone       time.Time `json:"gone,omitzero"`     // when it left; zero if it did not
	Removed    string    `json:"removed,omitempty"` // why, if that is known
}

// maxFleetMeta bounds a fleet.json, in bytes, and maxFleetMembers the members that it
// lists.
const (
	maxFleetMeta    = 4 << 20
	maxFleetMembers = 1000
)

const tarEnding = ".tar"

// PackFleet writes the recordings of members, which are files in folder with the names in
// meta, as one recording of a fleet. It returns its size in bytes.
func PackFleet(path string, overwrite bool, meta FleetMeta, folder string) (size int64, err error) {
	flags := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if overwrite {
		flags = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	out, err := os.OpenFile(path, flags, 0o600)
	if err != nil {
		return 0, fmt.Errorf("write recording: %w", err)
	}
	if err := packInto(out, meta, folder); err != nil {
		return 0, errors.Join(fmt.Errorf("write recording: %w", err), out.Close(), os.Remove(path))
	}
	info, err := out.Stat()
	if err := errors.Join(err, out.Sync(), out.Close()); err != nil {
		return 0, fmt.Errorf("finish recording: %w", err)
	}
	return info.Size(), nil
}

func packInto(out io.Writer, meta FleetMeta, folder string) error {
	meta.Schema = schema
	data, err := json.MarshalIndent(meta, "", "  ")
	if err != nil {
		return err
	}
	t := tar.NewWriter(out)
	if err := t.WriteHeader(&tar.Header{Name: fleetName, Mode: 0o600, Size: int64(len(data)), ModTime: meta.Started}); err != nil {
		return err
	}
	if _, err := t.Write(data); err != nil {
		return err
	}
	for _, m := range meta.Members {
		if err := packFile(t, folder, m.File, meta.Started); err != nil {
			return err
		}
	}
	return t.Close()
}

func packFile(t *tar.Writer, folder, name string, at time.Time) error {
	in, err := os.Open(filepath.Join(folder, name))
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	if err := t.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: info.Size(), ModTime: at}); err != nil {
		return err
	}
	_, err = io.CopyN(t, in, info.Size())
	return err
}

// ReadFleet reads what a recording of a fleet contains. ok is false for any other file.
func ReadFleet(path string) (meta FleetMeta, ok bool, err error) {
	f, err := openRegular(path)
	if err != nil {
		return meta, false, nil // opening it reports why it cannot be read
	}
	defer f.Close()
	t := tar.NewReader(f)
	h, err := t.Next()
	if err != nil || h.Name != fleetName || h.Typeflag != tar.TypeReg {
		return meta, false, nil
	}
	data, err := io.ReadAll(io.LimitReader(t, maxFleetMeta+1))
	if err == nil && len(data) > maxFleetMeta {
		err = errors.New("fleet.json is too large")
	}
	if err == nil {
		err = json.Unmarshal(data, &meta)
	}
	switch {
	case err != nil:
		return meta, true, fmt.Errorf("read %s: %w", filepath.Base(path), err)
	case len(meta.Members) == 0:
		return meta, true, fmt.Errorf("read %s: the recording of a fleet has no members", filepath.Base(path))
	case len(meta.Members) > maxFleetMembers:
		return meta, true, fmt.Errorf("read %s: the recording has %d members, the maximum is %d", filepath.Base(path), len(meta.Members), maxFleetMembers)
	}
	return meta, true, nil
}

// openRegular opens a file that is not a pipe or a device: reading those might never end.
func openRegular(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	return os.Open(path)
}

// splitMember splits the path of a member: "fleet.tar/00001" into the tar and "00001.tar".
func splitMember(path string) (archive, file string, ok bool) {
	archive, file = filepath.Split(filepath.Clean(path))
	archive = strings.TrimSuffix(archive, string(filepath.Separator))
	info, err := os.Stat(archive)
	if archive == "" || err != nil || !info.Mode().IsRegular() {
		return "", "", false
	}
	return archive, strings.TrimSuffix(file, tarEnding) + tarEnding, true
}

// HasMember reports whether a path is that of a member of a recorded fleet.
func HasMember(path string) bool {
	archive, file, ok := splitMember(path)
	if !ok {
		return false
	}
	meta, ok, err := ReadFleet(archive)
	if !ok || err != nil {
		return false
	}
	for _, m := range meta.Members {
		if m.File == file {
			return true
		}
	}
	return false
}

// loadMember indexes one member of a recorded fleet.
func (l *loader) loadMember(archive, file string) error {
	f, err := openRegular(archive)
	if err != nil {
		return fmt.Errorf("open %s: %w", archive, err)
	}
	t := tar.NewReader(f)
	for range maxFleetMembers + 1 {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return errors.Join(fmt.Errorf("read %s: %w", archive, err), f.Close())
		}
		if h.Name != file || h.Typeflag != tar.TypeReg || isSparse(h) {
			continue
		}
		at, err := f.Seek(0, io.SeekCurrent)
		if err != nil {
			return errors.Join(fmt.Errorf("read %s: %w", archive, err), f.Close())
		}
		l.rec.files = append(l.rec.files, f)
		return l.indexArchive(f, file, at, h.Size)
	}
	return errors.Join(fmt.Errorf("open %s: the recording has no %s", archive, file), f.Close())
}
