package decode

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/pprof/profile"
)

func TestHeaderEqualsPprof(t *testing.T) {
	for _, file := range []string{"typ_heap_150.pb.gz", "typ_goroutine_300.pb.gz", "small_heap_060.pb.gz"} {
		stored, err := os.ReadFile("../testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		data, err := Unpack(stored)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ReadHeader(data)
		if err != nil {
			t.Fatal(err)
		}
		p, err := profile.ParseData(data)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(headerOf(convertFromPprof(p)), got); diff != "" {
			t.Errorf("%s: google/pprof reads it otherwise (-pprof +leaktop):\n%s", file, diff)
		}
	}
}
