package demo

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"
	"sync"
	"time"
)

var unclosedFiles = Scenario{
	Name:  "unclosed-files",
	Kind:  Leak,
	About: "each import opens and buffers a file and never closes it: 1 per second, 64 KiB each",
	Want:  wantHeap("(*priceList).open", "buffers-kept").withRate(64 << 10),
	start: func(ctx context.Context, e *environment) {
		list := &priceList{}
		e.handlePage("POST /prices/import", list.handleImport)
		e.sendRequests(ctx, requestLoad{method: http.MethodPost, path: "/prices/import", every: time.Second, keeps: 64 << 10, files: 1})
		e.atEnd(list.closeFiles)
	},
}

type priceList struct {
	mu      sync.Mutex
	files   []*os.File
	readers []*bufio.Reader
}

func (p *priceList) handleImport(w http.ResponseWriter, _ *http.Request) {
	lines, err := p.open()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	header, _ := lines.Peek(16) // an empty file is fine
	fmt.Fprintf(w, "%x\n", header)
}

// open opens the program itself, the one file that certainly exists.
func (p *priceList) open() (*bufio.Reader, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	lines := bufio.NewReaderSize(file, 64<<10)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.files, p.readers = append(p.files, file), append(p.readers, lines)
	return lines, nil
}

func (p *priceList) closeFiles() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, f := range p.files {
		_ = f.Close() // was only read
	}
	p.files, p.readers = nil, nil
}
