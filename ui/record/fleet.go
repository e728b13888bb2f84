package record

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/fleet"
	"github.com/leaktop/leaktop/source/recording"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/tui/terminal"
)

// Members records each member of a fleet to its own file, in a folder next to the final
// file. These files are readable however the recording ends.
type Members struct {
	o      Options
	folder string
	limit  int64 // of each file, in bytes; 0 means no bound

	mu    sync.Mutex // guards the fields below
	files map[string]*session.Session
	ids   map[string]string // file names by ID
}

// maxShare is the number of members that the maximum size of a recording is divided by;
// members that join later get the same share.
const maxShare = 20

// NewMembers begins the recording of a fleet. It fails if the file exists.
func NewMembers(o Options) (*Members, error) {
	if _, err := os.Stat(o.Path); err == nil && !o.Overwrite {
		return nil, fmt.Errorf("record: %s exists: choose another name, or overwrite it with --force", o.Path)
	}
	folder, err := os.MkdirTemp(filepath.Dir(o.Path), filepath.Base(o.Path)+".parts-")
	if err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	m := &Members{o: o, folder: folder, files: map[string]*session.Session{}, ids: map[string]string{}}
	if o.MaxSize > 0 {
		m.limit = max(o.MaxSize/maxShare, recording.MinMaxSize)
	}
	return m, nil
}

// Begin begins to record a member; see [fleet.Options.OnOpen].
func (m *Members) Begin(t fleet.Target, s *session.Session) error {
	m.mu.Lock()
	name := fmt.Sprintf("%05d.tar", len(m.files)+1)
	m.files[name], m.ids[t.ID] = s, name
	m.mu.Unlock()
	o := m.o
	o.MaxSize = m.limit
	return s.Record(filepath.Join(m.folder, name), o.Options(t.Name, time.Now()))
}

// Finish completes all files and packs those with a profile into one.
func (m *Members) Finish(st fleet.State) (profiles int, size int64, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var errs []error
	has := map[string]bool{}
	for name, s := range m.files {
		r, err := s.StopRecording()
		errs = append(errs, err)
		profiles += r.Profiles
		has[name] = r.Profiles > 0
	}
	if profiles == 0 {
		return 0, 0, errors.Join(append(errs, os.RemoveAll(m.folder))...)
	}
	meta := recording.FleetMeta{Target: st.Name, Version: m.o.Version, Started: st.Started}
	for _, x := range st.Members {
		id := x.ID
		if i := strings.LastIndex(id, " ("); m.ids[id] == "" && i > 0 {
			id = id[:i] // it left and came back
		}
		if name := m.ids[id]; has[name] {
			has[name] = false // once
			meta.Members = append(meta.Members, recording.FleetMember{
				File: name, Name: x.FullName, Facts: x.Facts, Zone: x.Zone, Cluster: x.Cluster, ExitReason: x.ExitReason, Gone: x.Gone, Removed: x.Removed,
			})
		}
	}
	if size, err = recording.PackFleet(m.o.Path, m.o.Overwrite, meta, m.folder); err != nil {
		return profiles, 0, errors.Join(append(errs, fmt.Errorf("%w; the recordings of the members are in %s", err, m.folder))...)
	}
	return profiles, size, errors.Join(append(errs, os.RemoveAll(m.folder))...)
}

// RecordFleet is like [Record] for several targets: it keeps them in one file.
func RecordFleet(ctx context.Context, f *fleet.Fleet, m *Members, forTime time.Duration, stderr io.Writer) error {
	ctx, cancel := terminal.UntilSignalOr(ctx, forTime)
	defer cancel()
	fmt.Fprintf(stderr, "leaktop: recording %s\n", format.Clean(f.Name()))
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	told := map[string]string{}
	for st := range f.Updates() {
		for _, x := range st.Members {
			if x.Err != nil && told[x.ID] != x.Err.Error() {
				told[x.ID] = x.Err.Error()
				fmt.Fprintf(stderr, "leaktop: %s: %s\n", format.Clean(x.Name), format.Clean(x.Err.Error()))
			}
		}
	}
	ran, last := <-done, f.State()
	profiles, size, err := m.Finish(last)
	if err = errors.Join(ran, err); err != nil {
		return fmt.Errorf("record %s: %w", f.Name(), err)
	}
	if profiles == 0 {
		return fmt.Errorf("record %s: no profile arrived", f.Name())
	}
	n := last.Comparison.Summary
	fmt.Fprintf(stderr, "leaktop: wrote %s: %s of %s members, %s, %s so far. Replay it: leaktop %s\n", m.o.Path, Profiles(profiles),
		format.Count(n.Members+n.Gone), format.Bytes(size), cmp.Or(string(n.Verdict), "watching"), m.o.Path)
	return nil
}
