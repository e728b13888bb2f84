package memory

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var unclosedFiles = shop.Scenario{
	Name:  "unclosed-files",
	Kind:  shop.Leak,
	About: "each import opens and buffers a file and never closes it: 1 per second, 64 KiB each",
	Want:  wantHeap("(*priceList).open", "buffers-kept").WithRate(64 << 10),
	Start: func(ctx context.Context, e *shop.Environment) {
		list := &priceList{}
		e.HandlePage("POST /prices/import", list.handleImport)
		e.SendRequests(ctx, shop.RequestLoad{Method: http.MethodPost, Path: "/prices/import", Every: time.Second, Keeps: 64 << 10, Files: 1})
		e.AtEnd(list.closeFiles)
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
