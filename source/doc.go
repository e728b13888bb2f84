// Package source is where profiles come from: a URL, a unix socket, a pod, a
// recording, a folder of files. It decides what a target is ([ParseTarget]),
// asks it no more often than the cost policy allows ([Poller]), and says what
// it learns as a stream of messages that looks the same for all of them.
package source
