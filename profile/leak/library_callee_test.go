package leak

import (
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
)

// TestBodyInALibrary checks that if a library calls net/http for the service, according to the stacks of the heap, the
// advice is to close what the library returns.
func TestBodyInALibrary(t *testing.T) {
	s3 := &profile.Function{Name: "github.com/aws/aws-sdk-go-v2/service/s3.(*Client).GetObject", File: "/root/go/pkg/mod/github.com/aws/aws-sdk-go-v2/service/s3@v1.90.0/api_op_GetObject.go", Class: profile.ClassDep}
	for library, on := range map[string][]*profile.Function{"": {do}, "github.com/aws/aws-sdk-go-v2/service/s3": {do, s3}} {
		in := newLeakyInput()
		in.Heap = []profile.Group{bytesOf(stackOf(fetch, append(on, fetch)...), 512, 10<<10, 120)}
		r := Judge(in)
		if len(r.Suspects) == 0 || r.Suspects[0].Signature != "unclosed-response-body" || r.Suspects[0].Creator != fetch.Name {
			t.Fatalf("through %q: got %+v", library, r.Suspects)
		}
		if fix := r.Suspects[0].Fix; strings.Contains(fix, "what it returned") != (library != "") || !strings.Contains(fix, library) {
			t.Errorf("through %q: got the fix %q", library, fix)
		}
	}
}

// TestLibraryOfALibrary checks that memory which one library allocates through another, on goroutines of its own,
// belongs to the object that the service never closes.
func TestLibraryOfALibrary(t *testing.T) {
	in := func(version string, name string) *profile.Function {
		return &profile.Function{Name: name, File: "/root/go/pkg/mod/" + version + "/file.go", Class: profile.ClassDep}
	}
	const sarama, metrics = "github.com/!i!b!m/sarama@v1.46.0", "github.com/rcrowley/go-metrics@v0.1.0"
	run, open := in(sarama, "github.com/IBM/sarama.(*client).backgroundMetadataUpdater"), in(sarama, "github.com/IBM/sarama.(*Broker).Open.func1")
	sample := in(metrics, "github.com/rcrowley/go-metrics.newExpDecaySampleHeap")
	input := Input{
		Now: at(120), Start: began,
		Goroutines: []profile.Group{goroutines(stackOf(run, selectgo, run), 3, 120)},
		Heap:       []profile.Group{bytesOf(stackOf(sample, sample, open), 2048, 400<<10, 120)},
	}
	r := Judge(input)
	if len(r.Suspects) != 1 || r.Suspects[0].Kind != Goroutine || !strings.Contains(r.Suspects[0].Sentence, "holding +") {
		t.Errorf("got %+v", r.Suspects)
	}
	input.Heap[0] = bytesOf(stackOf(sample, sample, put), 2048, 400<<10, 120)
	if r := Judge(input); len(r.Suspects) != 2 {
		t.Errorf("allocated by the service itself, got %+v", r.Suspects)
	}
}
