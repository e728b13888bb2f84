package kube

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/yaml"
)

var yamlBlock = regexp.MustCompile("(?s)```ya?ml\n(.*?)```")

// The Role in the README, which people copy, is the one that is tested here.
func TestReadmeHasTheRole(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, m := range yamlBlock.FindAllStringSubmatch(string(text), -1) {
		if !strings.Contains(m[1], "pods/portforward") {
			continue
		}
		found = true
		var got struct{ Rules []rbacv1.PolicyRule }
		if err := yaml.Unmarshal([]byte(m[1]), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(parseRules(t, role), got.Rules); diff != "" {
			t.Errorf("the README's Role (-tested +README):\n%s", diff)
		}
	}
	if !found {
		t.Error("the README shows no Role with pods/portforward")
	}
}
