package kube

import (
	"sync"
	"testing"
	"time"
)

// The request that finds the connections dead closes them for all, and the other
// requests are repeated.
func TestRequestsSurviveACutByAnother(t *testing.T) {
	t.Parallel()
	c, _, o := startCluster(t, 1)
	p := followPod(t, o, "deploy/checkout")
	p.cluster.timeouts.answerTimeout = time.Minute // so that none of the requests times out by itself
	api := p.cluster.api.(*restAPI)
	c.SetDelay(30 * time.Millisecond)
	c.TakeRequests()
	for range 3 {
		var requests sync.WaitGroup
		for i := range 4 {
			requests.Go(func() {
				time.Sleep(time.Duration(i) * 5 * time.Millisecond) // some begin just after the cut
				if err := p.Refresh(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		// client-go itself repeats a request once, after a second.
		time.Sleep(12 * time.Millisecond)
		api.cutConns(api.currentSession())
		time.Sleep(time.Second + 5*time.Millisecond)
		api.cutConns(api.currentSession())
		requests.Wait()
	}
}
