package podstate

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	quantity "k8s.io/apimachinery/pkg/api/resource"
)

func fieldEnv(resource, divisor string) corev1.EnvVar {
	ref := &corev1.ResourceFieldSelector{Resource: resource}
	if divisor != "" {
		ref.Divisor = quantity.MustParse(divisor)
	}
	return corev1.EnvVar{Name: "GOMEMLIMIT", ValueFrom: &corev1.EnvVarSource{ResourceFieldRef: ref}}
}

func TestGoMemory(t *testing.T) {
	plain := func(v string) corev1.EnvVar { return corev1.EnvVar{Name: "GOMEMLIMIT", Value: v} }
	secret := corev1.EnvVar{Name: "GOMEMLIMIT", ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{}}}
	limitEnv := fieldEnv("limits.memory", "1Mi")
	limitEnv.Name = "LIMIT"
	for name, tc := range map[string]struct {
		env  []corev1.EnvVar
		want int64
	}{
		"not set":                 {nil, 0},
		"bytes":                   {[]corev1.EnvVar{plain("1000000")}, 1000000},
		"MiB":                     {[]corev1.EnvVar{plain("400MiB")}, 400 << 20},
		"off":                     {[]corev1.EnvVar{plain("off")}, 0},
		"the last counts":         {[]corev1.EnvVar{plain("1GiB"), plain("2GiB")}, 2 << 30},
		"field":                   {[]corev1.EnvVar{fieldEnv("limits.memory", "")}, 512 << 20},
		"field in MiB is bytes":   {[]corev1.EnvVar{fieldEnv("limits.memory", "1Mi")}, 512},
		"field rounds up":         {[]corev1.EnvVar{fieldEnv("limits.memory", "1G")}, 1},
		"requests":                {[]corev1.EnvVar{fieldEnv("requests.memory", "1")}, 256 << 20},
		"another resource":        {[]corev1.EnvVar{fieldEnv("limits.cpu", "1")}, 0},
		"secret is not asked for": {[]corev1.EnvVar{secret}, 0},
		"reference":               {[]corev1.EnvVar{limitEnv, plain("$(LIMIT)MiB")}, 512 << 20},
		"reference to itself":     {[]corev1.EnvVar{plain("$(GOMEMLIMIT)")}, 0},
	} {
		c := container("app")
		c.Env = tc.env
		c.Resources = corev1.ResourceRequirements{
			Limits:   corev1.ResourceList{corev1.ResourceMemory: quantity.MustParse("512Mi")},
			Requests: corev1.ResourceList{corev1.ResourceMemory: quantity.MustParse("256Mi")},
		}
		pod := podWith(c)
		if got := goMemory(pod, &pod.Spec.Containers[0]); got != tc.want {
			t.Errorf("%s: got %d, want %d", name, got, tc.want)
		}
	}
}

func TestParseGoMemory(t *testing.T) {
	for in, want := range map[string]int64{
		"1B": 1, "1KiB": 1 << 10, "1TiB": 1 << 40, "1K": 0, "1Mi": 0, "-1": 0, "": 0, "1.5GiB": 0,
		"9223372036854775807": 0, "99999999999TiB": 0,
	} {
		if got := parseGoMemory(in); got != want {
			t.Errorf("%q: got %d, want %d", in, got, want)
		}
	}
}

func FuzzParseGoMemory(f *testing.F) {
	f.Add("400MiB")
	f.Fuzz(func(t *testing.T, s string) {
		if n := parseGoMemory(s); n < 0 {
			t.Errorf("%q: %d", s, n)
		}
	})
}
