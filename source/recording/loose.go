package recording

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/decode"
	"github.com/leaktop/leaktop/profile/dump"
	"github.com/leaktop/leaktop/profile/heaptext"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/profile/plain"
)

// knownFile is a loose file that turned out to be a profile.
type knownFile struct {
	item    Item
	program string
	name    string
}

// sortLoose identifies the loose files, and keeps the largest set of profiles from one
// program.
func (l *loader) sortLoose() error {
	if len(l.loose) > maxFiles {
		l.rec.addWarning("There are more than %d files; the rest is ignored.", maxFiles)
		l.loose = l.loose[:maxFiles]
	}
	all, err := l.describeLoose()
	if err != nil {
		return err
	}
	sets := map[string][]knownFile{}
	for _, d := range all {
		sets[d.program] = append(sets[d.program], d)
	}
	if len(sets) == 2 && sets[""] != nil { // text and stripped profiles do not name their program
		for program, ds := range sets {
			if program != "" {
				sets = map[string][]knownFile{program: append(ds, sets[""]...)}
				break
			}
		}
	}
	programs := slices.SortedFunc(maps.Keys(sets), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(sets[b]), len(sets[a])), cmp.Compare(a, b))
	})
	for i, p := range programs {
		if i == 0 {
			for _, d := range sets[p] {
				l.addItem(d.item)
			}
			if l.rec.Target == "" {
				l.rec.Target = p
			}
			continue
		}
		l.rec.addWarning("The files come from several programs: showing %s, ignoring %d of %s (%s).",
			programLabel(programs[0]), len(sets[p]), programLabel(p), firstNames(sets[p]))
	}
	return nil
}

// describeLoose identifies the loose files, within a budget for all of them: files that
// unpack to far more than their size could take minutes.
func (l *loader) describeLoose() ([]knownFile, error) {
	var all []knownFile
	var ignored ignoredFiles
	l.progress.begin()
	budget, stored := decode.NewBudget(), int64(0)
	for i, f := range l.loose {
		if err := l.progress.step("reading the files of"); err != nil {
			return nil, err
		}
		if stored > maxLooseBytes {
			l.rec.addWarning("The files have more than %d MB in all; %d of %d are ignored.", maxLooseBytes>>20, len(l.loose)-i, len(l.loose))
			break
		}
		data, err := f.read()
		stored += int64(len(data))
		var ds []knownFile
		if err == nil {
			ds, err = f.identify(budget, data)
		}
		switch {
		case errors.Is(err, decode.ErrBudget):
			l.rec.addWarning("The files unpack to far more than their size, like decompression bombs; %d of %d are ignored.", len(l.loose)-i, len(l.loose))
			ignored.warn(l.rec)
			return all, nil
		case err != nil:
			ignored.add(displayName(f.name), err)
		default:
			all = append(all, ds...)
		}
	}
	ignored.warn(l.rec)
	return all, nil
}

// programLabel is the name of a program, safe to show.
func programLabel(name string) string {
	if name == "" {
		return "an unnamed program"
	}
	return displayName(name)
}

// firstNames lists the first three files by name.
func firstNames(ds []knownFile) string {
	var names []string
	for i, d := range ds {
		if i == 3 {
			names = append(names, "…")
			break
		}
		names = append(names, displayName(d.name))
	}
	return strings.Join(names, ", ")
}

// displayName makes an untrusted name safe for a sentence: without control characters,
// and at most 80 bytes long.
func displayName(name string) string {
	name = plain.Line(name)
	if len(name) > 80 {
		return "…" + strings.ToValidUTF8(name[len(name)-79:], "")
	}
	return name
}

// identify identifies the profiles in a loose file: the kind by the sample types, the
// time by the profile or else by the file.
func (f looseFile) identify(budget *decode.Budget, data []byte) ([]knownFile, error) {
	if isTar(data) || isGzippedTar(bytes.NewReader(data)) {
		return nil, errors.New("it is an archive: open it on its own")
	}
	if bytes.HasPrefix(data, []byte("version https://git-lfs.github.com/spec/")) {
		return nil, errors.New("it is a Git LFS pointer, not the profile itself: run git lfs pull")
	}
	if heaptext.IsHeapText(data) {
		return f.identifyHeapText(data)
	}
	if dump.IsDump(data) {
		return f.identifyDump(data)
	}
	if counts, err := dump.ParseCounts(data); err == nil {
		p, err := counts.Profile(f.modified)
		if err != nil {
			return nil, err
		}
		c := profile.Capture{Kind: profile.Goroutine, Time: f.modified}
		return []knownFile{{Item{Time: f.modified, Capture: c, data: newBlob(p)}, "", f.name}}, nil
	}
	d, err := profile.Describe(budget, data)
	if err != nil {
		return nil, err
	}
	if d.Duration > 0 && d.Kind.Info().Polled {
		return nil, fmt.Errorf("it is a delta profile (%s?seconds=%d): it shows what changed in that time, not what is held; "+
			"take it without seconds, twice, two minutes apart", d.Kind, max(1, int(d.Duration.Round(time.Second)/time.Second)))
	}
	if d.Kind == profile.Block && strings.Contains(strings.ToLower(f.name), "mutex") {
		d.Kind = profile.Mutex // both have the same sample types
	}
	if d.Time.IsZero() {
		d.Time = f.modified
	}
	c := profile.Capture{Kind: d.Kind, Time: d.Time}
	return []knownFile{{Item{Time: d.Time, Capture: c, data: f.data}, d.Program, f.name}}, nil
}

// identifyHeapText returns a heap profile, and the memory figures at the end of the text if it
// was not cut off before them. The text has no time, so it is that of the file.
func (f looseFile) identifyHeapText(data []byte) ([]knownFile, error) {
	p, err := heaptext.Convert(data, f.modified)
	if err != nil {
		return nil, fmt.Errorf("%w; fetch it without debug=1: curl -o heap.pb.gz http://HOST/debug/pprof/heap", err)
	}
	c := profile.Capture{Kind: profile.Heap, Time: f.modified}
	all := []knownFile{{Item{Time: f.modified, Capture: c, data: newBlob(p)}, "", f.name}}
	if report, err := memory.ParseHeapText(bytes.NewReader(data)); err == nil {
		report.Reading.Time, report.Reading.Source = f.modified, memory.SourceHeapText
		all = append(all, knownFile{Item{Time: f.modified, Message: report.Reading}, "", f.name})
	}
	return all, nil
}

// identifyDump returns two items for a full goroutine dump: the dump, and a profile of
// its goroutines. A dump has no time, so it is that of the file.
func (f looseFile) identifyDump(data []byte) ([]knownFile, error) {
	d, err := dump.Parse(data)
	if err != nil {
		return nil, err
	}
	p, err := d.Profile(f.modified)
	if err != nil {
		return nil, err
	}
	c := profile.Capture{Kind: profile.Goroutine, Time: f.modified}
	full := c
	full.Debug = 2
	return []knownFile{
		{Item{Time: f.modified, Capture: c, data: newBlob(p)}, "", f.name},
		{Item{Time: f.modified, Capture: full, data: f.data}, "", f.name},
	}, nil
}
