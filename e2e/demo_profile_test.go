//go:build unix

package e2e

import (
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/e2e/eventually"
)

// viewers matches packages of the view and of the watch, which are linked into the
// child's binary too.
var viewers = regexp.MustCompile(`charm\.land/bubble|ntcharts|leaktop/ui\.|leaktop/ui/(tui|chart|table|theme|export|format|check|listing|record|report)\b|leaktop/profile|leaktop/source\.|leaktop/source/(session|recording|kube)\b`)

// TestDemoHoldsNothingOfTheViewer checks the profiles of the sample service while
// the view shows it.
func TestDemoHoldsNothingOfTheViewer(t *testing.T) {
	t.Parallel()
	tm := demoOn(t, 120, 40)
	address := childAddress.FindString(tm.shows("127.0.0.1:"))
	for _, test := range []struct{ profile, own string }{
		{"heap?gc=1&debug=1", "source/demo.loadCatalog"},
		{"allocs?debug=1", "source/demo.loadCatalog"},
		{"goroutine?debug=1", "source/demo.serve"},
	} {
		text := fetchPage(t, "http://"+address+"/debug/pprof/"+test.profile)
		if !strings.Contains(text, test.own) {
			t.Errorf("%s has nothing of %s:\n%.2000s", test.profile, test.own, text)
		}
		for stack := range strings.SplitSeq(text, "\n\n") {
			if strings.Contains(stack, "runtime.doInit") { // variables of all packages of the binary
				continue
			}
			if name := viewers.FindString(stack); name != "" {
				t.Errorf("%s has %s:\n%s", test.profile, name, stack)
			}
		}
	}
}

// fetchPage returns the body of the response from a URL.
func fetchPage(t *testing.T, url string) string {
	t.Helper()
	client := http.Client{Timeout: patience}
	defer client.CloseIdleConnections()
	var resp *http.Response
	eventually.Holds(t, "an answer from "+url, func() bool {
		var err error
		resp, err = client.Get(url)
		return err == nil
	})
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", url, resp.Status, err)
	}
	return string(data)
}
