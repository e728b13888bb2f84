package goroutines

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var errgroupWorkers = shop.Scenario{
	Name:  "errgroup-workers",
	Kind:  shop.Leak,
	About: "errgroup workers keep waiting for jobs after the import has failed: 2 per second",
	Want:  wantGoroutines("(*importer).work", "group-workers-not-ended").WithRate(2),
	Start: func(ctx context.Context, e *shop.Environment) {
		imp := &importer{}
		e.HandlePage("POST /imports", imp.handleImport)
		e.SendRequests(ctx, shop.RequestLoad{Method: http.MethodPost, Path: "/imports", Every: time.Second, Keeps: 16 << 10})
		e.AtEnd(func() { imp.begun.ForEach(func(b *importBatch) { close(b.jobs) }) })
	},
}

type importer struct {
	begun shop.WeakSet[importBatch]
}

type importBatch struct {
	jobs chan int
	done atomic.Int64
}

func (i *importer) handleImport(w http.ResponseWriter, _ *http.Request) {
	if err := i.runImport([]int{3, 1, -4}); err != nil {
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
	}
}

func (i *importer) runImport(ids []int) error {
	var group errgroup.Group
	b := &importBatch{jobs: make(chan int)}
	i.begun.Add(b)
	for range 2 {
		group.Go(func() error { return i.work(b) })
	}
	for _, id := range ids {
		if id < 0 {
			return errors.New("negative id") // without close or Wait
		}
		b.jobs <- id
	}
	close(b.jobs)
	return group.Wait()
}

func (i *importer) work(b *importBatch) error {
	for range b.jobs {
		b.done.Add(1)
	}
	return nil
}
