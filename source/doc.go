// Package source is where profiles come from: a URL, a unix socket, a pod, a recording,
// a folder of files. Package target decides what an argument means; [Open] opens it, by
// the table of openers. All of them send the same kinds of messages.
//
// A live target is an [HTTP] source: it finds out what the service serves, then polls
// each endpoint on its own clock, no more often than the cost policy allows. Whatever
// fails later becomes a [problem.Problem] in a [Status], and never ends the watch.
package source
