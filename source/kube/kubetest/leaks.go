package kubetest

import "go.uber.org/goleak"

// Leaks are the goroutines that a connection leaves behind for up to 30 s when it
// breaks at the wrong moment, for goleak.VerifyTestMain. They belong to the kubelet's
// code and to spdystream, which cannot be told to stop waiting.
func Leaks() []goleak.Option {
	const handler = "k8s.io/cri-streaming/pkg/streaming/portforward.(*httpStreamHandler)."
	return []goleak.Option{
		goleak.IgnoreAnyFunction(handler + "portForward"),       // waits for ever to answer a stream
		goleak.IgnoreAnyFunction(handler + "monitorStreamPair"), // waits 30 s for its other stream
		goleak.IgnoreAnyFunction("github.com/moby/spdystream.(*Stream).WaitTimeout"),
	}
}
