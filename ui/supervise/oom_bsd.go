//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package supervise

// oomKills is not known on this system.
func oomKills() int64 { return 0 }
