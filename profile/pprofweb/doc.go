// Package pprofweb runs google/pprof's own driver on an extract of a history:
// [NewHandlers] returns the pages of "go tool pprof -http", and [WriteDot] writes its
// call graph. The package neither listens on the network nor runs programs.
package pprofweb
