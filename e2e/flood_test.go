package e2e

import (
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

// protobuf writes messages of profile.proto, one field at a time.
type protobuf []byte

func (p *protobuf) writeNumber(field int, v uint64) {
	*p = binary.AppendUvarint(binary.AppendUvarint(*p, uint64(field)<<3), v)
}

func (p *protobuf) writeBytes(field int, b []byte) {
	*p = binary.AppendUvarint(binary.AppendUvarint(*p, uint64(field)<<3|2), uint64(len(b)))
	*p = append(*p, b...)
}

// goroutineProfile returns a profile of goroutines, one in each of n functions whose
// names end in numbers from first on.
func goroutineProfile(first, n int) []byte {
	var p protobuf
	texts := []string{"", "goroutine", "count", "/src/flood/flood.go"}
	kind := protobuf{}
	kind.writeNumber(1, 1)
	kind.writeNumber(2, 2)
	p.writeBytes(1, kind)  // sample_type
	p.writeBytes(11, kind) // period_type
	p.writeNumber(12, 1)   // period
	for i := range n {
		id := uint64(i + 1)
		texts = append(texts, fmt.Sprintf("example.com/flood.(*worker).handle%d", first+i))
		var sample, location, line, function protobuf
		sample.writeNumber(1, id)
		sample.writeNumber(2, 1)
		p.writeBytes(2, sample)
		line.writeNumber(1, id)
		line.writeNumber(2, uint64(i%1000+1))
		location.writeNumber(1, id)
		location.writeBytes(4, line)
		p.writeBytes(4, location)
		function.writeNumber(1, id)
		function.writeNumber(2, uint64(len(texts)-1))
		function.writeNumber(4, 3)
		p.writeBytes(5, function)
	}
	for _, s := range texts {
		p.writeBytes(6, []byte(s))
	}
	return p
}

// serveFlood serves n new goroutine functions at each poll.
func serveFlood(t testing.TB, n int) string {
	t.Helper()
	var polls atomic.Int64
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "<title>/debug/pprof/</title>"+
			"<tr><td>1</td><td><a href='goroutine?debug=1'>goroutine</a></td></tr>")
	})
	mux.HandleFunc("/debug/pprof/goroutine", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(goroutineProfile(int(polls.Add(1))*n, n))
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}
