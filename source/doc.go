// Package source is where profiles come from: a URL, a unix socket, a pod, a
// recording, a folder of files. Package target decides what an argument means;
// [Open] opens it, by the table of openers. What is learned comes as a stream of
// messages that looks the same for all of them.
//
// A live target is an [HTTP] source: it finds out what the service serves, then
// polls each endpoint on its own clock, no more often than the cost policy
// allows. Whatever fails later is a [problem.Problem] in a [Status], never the end.
package source
