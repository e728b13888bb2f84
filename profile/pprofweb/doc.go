// Package pprofweb runs google/pprof's own driver on an extract of a history:
// [Handlers] are the pages of "go tool pprof -http", and [WriteDot] is its call
// graph. It listens nowhere and runs no program: that is for its caller to do, or
// not to be done.
package pprofweb
