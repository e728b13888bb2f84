// Package process finds processes of this machine and reads what the kernel says of
// them, at next to no cost for them: files of /proc. Where there is no /proc it finds
// none.
package process
