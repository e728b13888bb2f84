// Package process finds Go processes of this machine, and reads what the kernel says of
// them, at next to no cost for them: files of /proc, and now and then a request for the
// index page of pprof. Where there is no /proc it finds none.
package process
