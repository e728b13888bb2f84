package source

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/source/kube/kubetest"
)

// lastSecond returns a time that is at least a second old, in whole seconds, because the API's times are.
func lastSecond() time.Time { return time.Now().Truncate(time.Second).Add(-time.Second) }

// workingSets returns the working sets of the readings since the last one that says that the working set is unknown. reset
// reports whether there was such a reading.
func workingSets(readings []memory.Reading) (sets []uint64, reset bool) {
	for _, r := range readings {
		switch {
		case r.Unknown:
			sets, reset = nil, true
		case r.WorkingSet > 0 && !slices.Contains(sets, r.WorkingSet):
			sets = append(sets, r.WorkingSet)
		}
	}
	return sets, reset
}

// After an OOM kill, metrics-server reports the figure of the dead process for a while. It must not be taken for that
// of the new one.
func TestMemoryIsNotOfTheDeadProcess(t *testing.T) {
	t.Parallel()
	c := kubetest.New(t)
	pod := c.Run(kubetest.Template{Name: "single", Serve: map[int]http.Handler{6060: http.HandlerFunc(smallProfiles)}})[0]
	c.MeasureAt("shop/single", lastSecond().Add(2*time.Second), 0, kubetest.Usage{Bytes: 241 << 20})
	src, err := openPods(t, c, "single", nil)
	if err != nil {
		t.Fatal(err)
	}
	h := collectMessages(t, src)
	h.waitUntil(t, "the figure", func() bool {
		sets, _ := workingSets(h.readings)
		return slices.Equal(sets, []uint64{241 << 20})
	})
	// The last sample of the dead process is dated as late as its end and covers its lifetime.
	c.MeasureAt("shop/single", time.Now(), 15*time.Second, kubetest.Usage{Bytes: 250 << 20})
	pod.Restart("app", "OOMKilled", 137, 0)
	h.waitUntil(t, "no figure, and heaps of the new process", func() bool {
		sets, reset := workingSets(h.readings)
		return reset && len(sets) == 0 && h.heaps > 5
	})
	at := time.Now().Add(2 * time.Second)
	c.MeasureAt("shop/single", at, time.Second, kubetest.Usage{Bytes: 20 << 20})
	h.waitUntil(t, "the figure of the new process", func() bool {
		sets, _ := workingSets(h.readings)
		return slices.Equal(sets, []uint64{20 << 20})
	})
}

// The other tests in this file are not parallel: metrics are dated by the clock, so a busy machine would make them late.

// The memory of a pod is not attributed to the pod that the user chooses next. The memory of the new pod is requested
// at once, even if there is an earlier measurement.
func TestMemoryIsNotOfThePodBefore(t *testing.T) {
	c := kubetest.New(t)
	pods := c.Run(kubetest.Template{Kind: "Deployment", Name: "checkout", Replicas: 2})
	now := time.Now()
	c.MeasureAt("shop/"+pods[0].Name(), now.Add(30*time.Second), 0, kubetest.Usage{Bytes: 241 << 20})
	c.MeasureAt("shop/"+pods[1].Name(), now.Add(time.Second), 0, kubetest.Usage{Bytes: 20 << 20})
	src, err := openPods(t, c, "pod/"+pods[0].Name(), nil)
	if err != nil {
		t.Fatal(err)
	}
	h := collectMessages(t, src)
	h.waitUntil(t, "the figure", func() bool {
		sets, _ := workingSets(h.readings)
		return slices.Equal(sets, []uint64{241 << 20})
	})
	h.chooseOther(t, src, pods[1].Name())
	h.waitUntil(t, "the other's figure", func() bool {
		sets, reset := workingSets(h.readings)
		return reset && slices.Equal(sets, []uint64{20 << 20})
	})
}

// The CPU usage of the container is a fact of the pod.
func TestCPUOfAPod(t *testing.T) {
	c := kubetest.New(t)
	c.Run(kubetest.Template{Name: "single"})
	c.MeasureAt("shop/single", lastSecond().Add(2*time.Second), 0, kubetest.Usage{Bytes: 20 << 20, MilliCPU: 250})
	src, err := openPods(t, c, "pod/single", nil)
	if err != nil {
		t.Fatal(err)
	}
	h := collectMessages(t, src)
	h.waitUntil(t, "the CPU use", func() bool { return h.facts.CPU == 0.25 })
}
