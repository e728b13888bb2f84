package kubetest

import "go.uber.org/goleak"

// IgnoredLeaks returns options for goleak.VerifyTestMain that ignore goroutines of the
// kubelet's code and of spdystream, which a broken connection can leave behind for up
// to 30 s. There is no way to stop them.
func IgnoredLeaks() []goleak.Option {
	const handler = "k8s.io/cri-streaming/pkg/streaming/portforward.(*httpStreamHandler)."
	return []goleak.Option{
		goleak.IgnoreAnyFunction(handler + "portForward"),       // waits forever to reply to a stream
		goleak.IgnoreAnyFunction(handler + "monitorStreamPair"), // waits 30 s for its other stream
		goleak.IgnoreAnyFunction("github.com/moby/spdystream.(*Stream).WaitTimeout"),
	}
}
