package structure

import (
	"go/ast"
	"slices"
	"testing"
)

// sleepers are the files that may call time.Sleep outside a bubble of
// testing/synctest, with the reason.
var sleepers = map[string]string{
	"e2e/eventually/eventually.go: Wait":                        "the one place that polls",
	"source/pipe_test.go: overPipes":                            "runs in the bubbles of others",
	"source/pipe_test.go: fake.ServeHTTP":                       "runs in the bubbles of others",
	"source/kube/cut_test.go: TestRequestsSurviveACutByAnother": "moments at which requests are cut",
	"profile/dump/real_test.go: start":                          "a leak that sleeps",
	"ui/check/requests_test.go: TestTraceKeepsToTheBudget":      "a leak that sleeps",
	"ui/goroutines_test.go: hangSleep":                          "a goroutine that sleeps, to be shown",
	"ui/fetch_test.go: createContention":                        "a lock that is held for a while, to be shown",
	"profile/leak/realleaks_test.go: sleepLong":                 "a leak that sleeps",
	"profile/trace/real_test.go: pay":                           "a leak that sleeps",
	"profile/leak/reallibrary_test.go: waitForFlight":           "a leak that comes second",
	"e2e/machine_linux_test.go: TestStopForAWhile":              "the time for which a process is stopped",
	"e2e/machine_linux_test.go: TestKillWhileRecording":         "a moment to kill at, each another",
	"e2e/machine_linux_test.go: TestKillWhileExporting":         "a moment to kill at, each another",
	"e2e/screen_bench_test.go: BenchmarkIdle":                   "the time that is measured",
	"e2e/fleet_bench_linux_test.go: BenchmarkFleet":             "the time that is measured",
}

// Tests wait for conditions, or in a bubble, where time passes at once: a sleep
// is too short on a busy machine and too long on any other. Use
// testing/synctest or e2e/eventually.
func TestTestsDoNotSleep(t *testing.T) {
	var asleep []string
	for _, f := range functions(sources(t)) {
		isTestOnly := f.file.isTest || f.file.folder == testHelp
		if isTestOnly && sleepers[f.String()] == "" && callsSleep(f.body) && !slices.Contains(f.file.imports(t), "testing/synctest") {
			asleep = append(asleep, f.String())
		}
	}
	requireNone(t, "sleeping tests", asleep)
}

func callsSleep(body *ast.BlockStmt) bool {
	found := false
	ast.Inspect(body, func(node ast.Node) bool {
		if call, ok := node.(*ast.CallExpr); ok {
			if s, ok := call.Fun.(*ast.SelectorExpr); ok && s.Sel.Name == "Sleep" {
				x, ok := s.X.(*ast.Ident)
				found = found || ok && x.Name == "time"
			}
		}
		return true
	})
	return found
}
