package recording

import (
	"archive/tar"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The recordings of a fleet's members are read in place from the fleet's tar.
func TestFleet(t *testing.T) {
	folder := t.TempDir()
	meta := FleetMeta{Target: "deploy/checkout in shop"}
	for _, name := range []string{"leaking", "steady"} {
		data, err := os.ReadFile("../../testdata/check/" + name + ".tar")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name+".tar"), data, 0o600); err != nil {
			t.Fatal(err)
		}
		meta.Members = append(meta.Members, FleetMember{File: name + ".tar", Name: name})
	}
	path := filepath.Join(t.TempDir(), "fleet.tar")
	if _, err := PackFleet(path, false, meta, folder); err != nil {
		t.Fatal(err)
	}
	if _, err := PackFleet(path, false, meta, folder); err == nil {
		t.Error("an existing file was overwritten")
	}
	got, ok, err := ReadFleet(path)
	if !ok || err != nil || got.Target != meta.Target || len(got.Members) != 2 {
		t.Fatalf("got %+v, %t, %v", got, ok, err)
	}
	for _, member := range []string{"leaking", "steady.tar"} {
		member = filepath.Join(path, member)
		want, err := Open(t.Context(), []string{"../../testdata/check/" + strings.TrimSuffix(filepath.Base(member), ".tar") + ".tar"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer want.Close()
		r, err := Open(t.Context(), []string{member}, nil)
		if err != nil || !HasMember(member) {
			t.Fatalf("%s: %v", member, err)
		}
		defer r.Close()
		if len(r.Items) != len(want.Items) || r.Target != want.Target {
			t.Errorf("%s: got %d items of %q, want the member's own %d of %q", member, len(r.Items), r.Target, len(want.Items), want.Target)
		}
		a, err := r.Load(&r.Items[len(r.Items)-1])
		b, _ := want.Load(&want.Items[len(want.Items)-1])
		if err != nil || !bytes.Equal(a.Data, b.Data) {
			t.Errorf("%s: the last item differs: %v", member, err)
		}
	}
	if HasMember(filepath.Join(path, "nope")) || HasMember("../../testdata/check/steady.tar/x") {
		t.Error("the fleet has a member that was not recorded")
	}
	if _, err := Open(t.Context(), []string{filepath.Join(path, "nope")}, nil); err == nil {
		t.Error("a member that was not recorded was opened")
	}
}

// A file that only looks like the recording of a fleet is refused.
func TestBadFleet(t *testing.T) {
	for name, content := range map[string]string{"not JSON": "{", "no members": `{"members":[]}`, "too many": `{"members":[` + strings.Repeat("{},", maxFleetMembers) + "{}]}"} {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		if err := w.WriteHeader(&tar.Header{Name: fleetName, Size: int64(len(content)), Mode: 0o600}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "fleet.tar")
		if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, ok, err := ReadFleet(path); !ok || err == nil {
			t.Errorf("%s: got %t, %v", name, ok, err)
		}
	}
	if _, ok, err := ReadFleet("../../testdata/check/steady.tar"); ok || err != nil {
		t.Errorf("a single recording was opened as a fleet: %v", err)
	}
}
