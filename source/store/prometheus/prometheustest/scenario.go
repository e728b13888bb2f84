package prometheustest

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// MiB is 2^20 bytes.
const MiB = float64(1 << 20)

// The pods of the scenarios.
const (
	Namespace = "shop"
	OldPod    = "checkout-5d8f7b6c4-x2x4z" // before the rollout
	NewPod    = "checkout-7d9f6bc5d-k8s2p"
	DailyPod  = "cart-6c4d8b9f5-q7w5r"
	CachePod  = "export-6b8c9d4f7-t5v6x"
	Limit     = 2048 * MiB
)

// every is the time between two scrapes of a scenario.
const every = time.Minute

// values returns a value per scrape from a time to another one.
func values(from, to time.Time, f func(at time.Time) float64) (out []profile.Value) {
	for at := from.Truncate(every); at.Before(to); at = at.Add(every) {
		if !at.Before(from) {
			out = append(out, profile.Value{Time: at, V: f(at)})
		}
	}
	return out
}

// container adds the series of the kubelet and of kube-state-metrics for a container.
// memory is anonymous memory; cache is page cache, half of which counts as used.
func (s *Server) container(pod string, from, to time.Time, memory, cache func(at time.Time) float64) {
	labels := "namespace=" + Namespace + "&container=app&pod=" + pod
	s.Add("container_memory_working_set_bytes", labels, values(from, to, func(at time.Time) float64 { return memory(at) + cache(at)/2 }))
	s.Add("container_memory_rss", labels, values(from, to, memory))
	s.Add("container_memory_cache", labels, values(from, to, cache))
	// The pod as a whole, without the label container, which must not be counted.
	s.Add("container_memory_working_set_bytes", "namespace="+Namespace+"&pod="+pod, values(from, to, func(at time.Time) float64 { return 2 * memory(at) }))
	s.Add("kube_pod_container_resource_limits", labels+"&resource=memory&unit=byte", values(from, to, func(time.Time) float64 { return Limit }))
}

func noise(r *rand.Rand, size float64) float64 { return (r.Float64() - 0.5) * size * MiB }

func constant(v float64) func(time.Time) float64 { return func(time.Time) float64 { return v * MiB } }

// AddLeak adds a workload that has leaked since a rollout: its new pod grows from 400 MiB to
// its limit in each period, is killed, and starts again.
func (s *Server) AddLeak(from, rollout, to time.Time, period time.Duration) {
	s.AddPod(OldPod, from, rollout.Add(30*time.Second))
	s.AddLeakingPod(NewPod, rollout, to, period)
}

// AddPod adds a pod whose memory does not grow.
func (s *Server) AddPod(pod string, from, to time.Time) {
	r := rand.New(rand.NewPCG(1, 2))
	s.container(pod, from, to, func(time.Time) float64 { return 400*MiB + noise(r, 20) }, constant(100))
}

// AddLeakingPod adds a pod that grows from 400 MiB to its limit in the period, is killed, and
// starts again.
func (s *Server) AddLeakingPod(pod string, rollout, to time.Time, period time.Duration) {
	r := rand.New(rand.NewPCG(1, 2))
	life := func(at time.Time) float64 { return float64(at.Sub(rollout)%period) / float64(period) }
	s.container(pod, rollout, to, func(at time.Time) float64 { return (400+1580*life(at))*MiB + noise(r, 20) }, constant(100))
	count := func(at time.Time) float64 { return math.Floor(float64(at.Sub(rollout)) / float64(period)) }
	labels := "namespace=" + Namespace + "&container=app&pod=" + pod
	s.Add("kube_pod_container_status_restarts_total", labels, values(rollout, to, count))
	s.Add("kube_pod_container_status_last_terminated_reason", labels+"&reason=OOMKilled", values(rollout.Add(period), to, func(time.Time) float64 { return 1 }))
	s.Add("container_start_time_seconds", labels, values(rollout, to, func(at time.Time) float64 {
		return float64(rollout.Add(time.Duration(count(at)) * period).Unix())
	}))
	s.Add("go_goroutines", "namespace="+Namespace+"&pod="+pod+"&job=checkout", values(rollout, to, func(at time.Time) float64 { return 100 + math.Floor(5000*life(at)) }))
}

// AddDaily adds a pod whose memory follows the time of day, and does not grow.
func (s *Server) AddDaily(from, to time.Time) {
	r := rand.New(rand.NewPCG(3, 4))
	swing := func(at time.Time) float64 {
		return math.Sin(2 * math.Pi * (float64(at.Unix()%86400)/86400 - 0.375)) // highest at 15:00
	}
	s.container(DailyPod, from, to, func(at time.Time) float64 { return (800+300*swing(at))*MiB + noise(r, 30) }, constant(100))
	s.Add("go_goroutines", "namespace="+Namespace+"&pod="+DailyPod+"&job=cart", values(from, to, func(at time.Time) float64 { return 200 + math.Floor(100*swing(at)) }))
}

// AddCache adds a pod whose page cache grows, and whose own memory does not.
func (s *Server) AddCache(from, to time.Time) {
	r := rand.New(rand.NewPCG(5, 6))
	whole := to.Sub(from).Seconds()
	s.container(CachePod, from, to, func(time.Time) float64 { return 300*MiB + noise(r, 10) },
		func(at time.Time) float64 { return 2000 * MiB * at.Sub(from).Seconds() / whole })
}

// AddProcess adds a process that is scraped as a job, and has been growing since a restart.
func (s *Server) AddProcess(instance, job string, from, restart, to time.Time, perHour float64) {
	r := rand.New(rand.NewPCG(7, 8))
	labels := "job=" + job + "&instance=" + instance
	first := from.Add(-5 * time.Hour)
	start := func(at time.Time) float64 {
		if at.Before(restart) {
			return float64(first.Unix())
		}
		return float64(restart.Unix())
	}
	s.Add("process_start_time_seconds", labels, values(from, to, start))
	s.Add("process_resident_memory_bytes", labels, values(from, to, func(at time.Time) float64 {
		return (300+perHour*max(0, at.Sub(restart).Hours()))*MiB + noise(r, 10)
	}))
	s.Add("go_goroutines", labels, values(from, to, func(at time.Time) float64 { return 50 + math.Floor(20*max(0, at.Sub(restart).Hours())) }))
	build := func(version string, from, to time.Time) {
		s.Add("checkout_build_info", labels+"&version="+version, values(from, to, func(time.Time) float64 { return 1 }))
	}
	build("v1.8", from, restart)
	build("v1.9", restart, to)
}
