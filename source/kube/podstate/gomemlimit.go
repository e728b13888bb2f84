package podstate

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// goMemory returns the GOMEMLIMIT of the container in bytes; 0 if it is not set, is
// "off", or comes from a config map or secret, which are not read.
func goMemory(pod *corev1.Pod, c *corev1.Container) int64 {
	value, ok := envValue(pod, c, "GOMEMLIMIT", len(c.Env))
	if !ok {
		return 0
	}
	return parseGoMemory(value)
}

// envValue returns the value of a variable among the first n of the container; the last
// one of a name counts. Kubernetes expands $(NAME) with the preceding variables.
func envValue(pod *corev1.Pod, c *corev1.Container, name string, n int) (string, bool) {
	for i := n - 1; i >= 0; i-- {
		e := c.Env[i]
		if e.Name != name {
			continue
		}
		if e.ValueFrom == nil {
			return expandRefs(e.Value, func(name string) (string, bool) { return envValue(pod, c, name, i) }), true
		}
		if e.ValueFrom.ResourceFieldRef != nil {
			return resourceFieldValue(pod, c, e.ValueFrom.ResourceFieldRef)
		}
		return "", false
	}
	return "", false
}

var envReference = regexp.MustCompile(`\$\(([A-Za-z_.-][A-Za-z0-9_.-]*)\)`)

func expandRefs(value string, lookUp func(string) (string, bool)) string {
	return envReference.ReplaceAllStringFunc(value, func(ref string) string {
		if v, ok := lookUp(ref[2 : len(ref)-1]); ok {
			return v
		}
		return ref
	})
}

// resourceFieldValue returns the downward API's value: the resource in units of the divisor,
// rounded up. Without a limit Kubernetes uses that of the node, which is unknown
// here.
func resourceFieldValue(pod *corev1.Pod, c *corev1.Container, ref *corev1.ResourceFieldSelector) (string, bool) {
	name := ref.ContainerName
	if name == "" {
		name = c.Name
	}
	which := limitsOf
	switch ref.Resource {
	case "limits.memory":
	case "requests.memory":
		which = requestsOf
	default:
		return "", false
	}
	bytes := memoryOf(pod, name, which)
	if bytes == 0 {
		return "", false
	}
	divisor := max(ref.Divisor.Value(), 1)
	return strconv.FormatInt((bytes+divisor-1)/divisor, 10), true
}

// goSuffixes are the units that the runtime accepts, see the documentation of
// package runtime.
var goSuffixes = []struct {
	suffix string
	shift  uint
}{{"KiB", 10}, {"MiB", 20}, {"GiB", 30}, {"TiB", 40}, {"B", 0}, {"", 0}}

// parseGoMemory parses the value like the runtime; 0 if it is invalid or "off".
func parseGoMemory(s string) int64 {
	for _, u := range goSuffixes {
		number, ok := strings.CutSuffix(s, u.suffix)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil || n < 0 || n > math.MaxInt64>>u.shift || n<<u.shift == math.MaxInt64 {
			return 0
		}
		return n << u.shift
	}
	return 0
}
