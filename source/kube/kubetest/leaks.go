package kubetest

import "go.uber.org/goleak"

// Leaks are the goroutines that the kubelet's code leaves behind when a
// connection breaks at the wrong moment, for goleak.VerifyTestMain: they are
// the far end's, not ours.
func Leaks() []goleak.Option {
	const handler = "k8s.io/cri-streaming/pkg/streaming/portforward.(*httpStreamHandler)."
	return []goleak.Option{
		goleak.IgnoreAnyFunction(handler + "portForward"),       // waits for ever to answer a stream
		goleak.IgnoreAnyFunction(handler + "monitorStreamPair"), // waits 30 s for its other stream
	}
}
