package profile

import "time"

// LimitFromFlag is the origin of a memory limit that the user gave.
const LimitFromFlag = "--limit"

// Facts is what is known of the target apart from its profiles. A zero field is
// unknown. Later facts replace earlier ones field by field, see [Facts.Merge].
type Facts struct {
	Name      string    `json:"name,omitempty"`      // for people: "shop/checkout-7d9f6 :6060"
	GoVersion string    `json:"goVersion,omitempty"` // "go1.26.8"
	Module    string    `json:"module,omitempty"`    // path of the main module: "example.com/shop"
	Cmdline   string    `json:"-"`                   // may hold secrets: never shown or recorded, only compared
	PID       int       `json:"pid,omitempty"`
	Start     time.Time `json:"start,omitzero"` // when the process started
	// Limit is the memory limit in bytes of the container, or as the user gave it.
	Limit int64 `json:"limit,omitempty"`
	// LimitFrom names where Limit comes from: "pod", "GOMEMLIMIT", [LimitFromFlag].
	LimitFrom string `json:"limitFrom,omitempty"`
	Request   int64  `json:"request,omitempty"` // memory request of the container, bytes
	// CPU is what the process used recently, in cores.
	CPU       float64 `json:"cpu,omitempty"`
	GoMemory  int64   `json:"goMemLimit,omitempty"` // GOMEMLIMIT, bytes
	Restarts  int     `json:"restarts,omitempty"`   // of the container
	LastExit  string  `json:"lastExit,omitempty"`   // "OOMKilled, exit 137, 14:02"
	Container string  `json:"container,omitempty"`  // container ID; a different one is another process

	// Where the process runs in a cluster, and which version it is: this
	// distinguishes the processes of a workload.
	Context       string    `json:"context,omitempty"` // of the kubeconfig; empty for the one that it names
	Namespace     string    `json:"namespace,omitempty"`
	Pod           string    `json:"pod,omitempty"`
	ContainerName string    `json:"containerName,omitempty"` // "app"
	Image         string    `json:"image,omitempty"`         // without its digest
	Version       string    `json:"version,omitempty"`       // the image's tag, else the rollout's pod-template-hash
	Node          string    `json:"node,omitempty"`
	Created       time.Time `json:"created,omitzero"` // when the pod was created
}

// Merge returns f with the fields that g knows replaced.
func (f Facts) Merge(g Facts) Facts {
	setNonZero(&f.Name, g.Name)
	setNonZero(&f.GoVersion, g.GoVersion)
	setNonZero(&f.Module, g.Module)
	setNonZero(&f.Cmdline, g.Cmdline)
	setNonZero(&f.PID, g.PID)
	setNonZero(&f.Start, g.Start)
	setNonZero(&f.Limit, g.Limit)
	setNonZero(&f.LimitFrom, g.LimitFrom)
	setNonZero(&f.Request, g.Request)
	setNonZero(&f.CPU, g.CPU)
	setNonZero(&f.GoMemory, g.GoMemory)
	setNonZero(&f.Restarts, g.Restarts)
	setNonZero(&f.LastExit, g.LastExit)
	setNonZero(&f.Container, g.Container)
	setNonZero(&f.Context, g.Context)
	setNonZero(&f.Namespace, g.Namespace)
	setNonZero(&f.Pod, g.Pod)
	setNonZero(&f.ContainerName, g.ContainerName)
	setNonZero(&f.Image, g.Image)
	setNonZero(&f.Version, g.Version)
	setNonZero(&f.Node, g.Node)
	setNonZero(&f.Created, g.Created)
	return f
}

// acrossProcesses returns the facts that remain true when another process or pod
// replaces the one that f describes. Whoever reports the change supplies the rest
// again.
func (f Facts) acrossProcesses() Facts {
	stays := Facts{Name: f.Name, GoVersion: f.GoVersion, Module: f.Module}
	if f.LimitFrom == LimitFromFlag {
		stays.Limit, stays.LimitFrom = f.Limit, f.LimitFrom
	}
	return stays
}

func setNonZero[T comparable](dst *T, v T) {
	var zero T
	if v != zero {
		*dst = v
	}
}
