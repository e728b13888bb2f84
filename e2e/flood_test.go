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

func (p *protobuf) number(field int, v uint64) {
	*p = binary.AppendUvarint(binary.AppendUvarint(*p, uint64(field)<<3), v)
}

func (p *protobuf) bytes(field int, b []byte) {
	*p = binary.AppendUvarint(binary.AppendUvarint(*p, uint64(field)<<3|2), uint64(len(b)))
	*p = append(*p, b...)
}

// goroutineProfile is a profile of goroutines, one in each of n functions whose
// names end in numbers from first on.
func goroutineProfile(first, n int) []byte {
	var p protobuf
	texts := []string{"", "goroutine", "count", "/src/flood/flood.go"}
	kind := protobuf{}
	kind.number(1, 1)
	kind.number(2, 2)
	p.bytes(1, kind)  // sample_type
	p.bytes(11, kind) // period_type
	p.number(12, 1)   // period
	for i := range n {
		id := uint64(i + 1)
		texts = append(texts, fmt.Sprintf("example.com/flood.(*worker).handle%d", first+i))
		var sample, location, line, function protobuf
		sample.number(1, id)
		sample.number(2, 1)
		p.bytes(2, sample)
		line.number(1, id)
		line.number(2, uint64(i%1000+1))
		location.number(1, id)
		location.bytes(4, line)
		p.bytes(4, location)
		function.number(1, id)
		function.number(2, uint64(len(texts)-1))
		function.number(4, 3)
		p.bytes(5, function)
	}
	for _, s := range texts {
		p.bytes(6, []byte(s))
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
