// Package process finds the Go processes of this machine, and reads what the kernel says
// about them. This costs them next to nothing: it reads files of /proc, and occasionally
// requests the index page of pprof. On a system without /proc it finds none.
package process
