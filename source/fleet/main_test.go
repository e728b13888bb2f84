package fleet

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/source/kube/kubetest"
)

func TestMain(m *testing.M) {
	eventually.RunMoreInParallel(2)
	goleak.VerifyTestMain(m, kubetest.IgnoredLeaks()...)
}
