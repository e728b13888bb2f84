package kube

import (
	"io"
	"net/http"
	"testing"

	"github.com/leaktop/leaktop/source/kube/kubetest"
)

// benchPod finds and follows a pod of an in-process cluster.
func benchPod(b *testing.B) *Pod {
	c := kubetest.New(b)
	c.Run(kubetest.Template{Name: "one"})
	k, err := Connect(b.Context(), Options{Kubeconfig: c.Kubeconfig()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = k.Close() })
	all, err := k.Find(b.Context(), Ref{Kind: "pod", Name: "one"})
	if err != nil {
		b.Fatal(err)
	}
	return k.Follow(all[0])
}

func benchGet(b *testing.B, c *http.Client) {
	resp, err := c.Get("http://pod:6060/debug/pprof/heap")
	if err != nil {
		b.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
}

func BenchmarkKeptConnection(b *testing.B) {
	tr := &http.Transport{DialContext: benchPod(b).DialContext}
	defer tr.CloseIdleConnections()
	for b.Loop() {
		benchGet(b, &http.Client{Transport: tr})
	}
}

func BenchmarkNewConnection(b *testing.B) {
	p := benchPod(b)
	for b.Loop() {
		tr := &http.Transport{DialContext: p.DialContext}
		benchGet(b, &http.Client{Transport: tr})
		tr.CloseIdleConnections()
	}
}
