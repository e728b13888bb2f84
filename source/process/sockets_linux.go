package process

import (
	"bufio"
	"encoding/hex"
	"errors"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/leaktop/leaktop/profile/plain"
)

// sockets are the listeners of a network namespace, by their inodes.
type sockets map[string]Listener

// maxTable bounds what is read of a table of sockets, in bytes.
const maxTable = 64 << 20

// readSockets reads the sockets that listen from the tables in a folder, /proc/net.
func readSockets(dir string) sockets {
	s := sockets{}
	for name, add := range map[string]func(sockets, string){"tcp": sockets.addTCP, "tcp6": sockets.addTCP, "unix": sockets.addUnix} {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			continue // IPv6 is off
		}
		lines := bufio.NewScanner(io.LimitReader(f, maxTable))
		for lines.Scan() {
			add(s, lines.Text())
		}
		_ = f.Close()
	}
	return s
}

// addTCP adds a line of /proc/net/tcp or tcp6 if it is a listening socket that this machine
// can reach.
func (s sockets) addTCP(line string) {
	f := strings.Fields(line)
	if len(f) < 10 || f[3] != stateListen {
		return
	}
	at, ok := parseAddress(f[1])
	if !ok {
		return
	}
	host := at.Addr().Unmap()
	if host.IsUnspecified() { // a socket on [::] also accepts connections to 127.0.0.1, unless configured otherwise
		host = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	s[f[9]] = Listener{Network: "tcp", Address: netip.AddrPortFrom(host, at.Port()).String()}
}

// parseAddress parses an address of the kernel's tables: "0100007F:17AC". Each group of
// four bytes is in the order of the machine, which is little endian wherever Go's
// profiles are watched.
func parseAddress(text string) (netip.AddrPort, bool) {
	host, port, ok := strings.Cut(text, ":")
	bytes, err := hex.DecodeString(host)
	n, portErr := strconv.ParseUint(port, 16, 16)
	if !ok || err != nil || portErr != nil || n == 0 || len(bytes)%4 != 0 {
		return netip.AddrPort{}, false
	}
	for group := range slices.Chunk(bytes, 4) {
		slices.Reverse(group)
	}
	ip, ok := netip.AddrFromSlice(bytes)
	return netip.AddrPortFrom(ip, uint16(n)), ok
}

// acceptsConnections is the flag of /proc/net/unix for a socket that listens.
const acceptsConnections = "00010000"

// addUnix adds a line of /proc/net/unix if it is a listening socket. It skips paths
// that cannot be shown unchanged.
func (s sockets) addUnix(line string) {
	// Num RefCount Protocol Flags Type St Inode Path; the path may contain spaces.
	f := strings.Fields(line)
	if len(f) < 8 || f[3] != acceptsConnections {
		return
	}
	_, path, _ := strings.Cut(line, " "+f[6]+" ")
	if plain.Line(path) == path && path != "" {
		s[f[6]] = Listener{Network: "unix", Address: path}
	}
}

// maxLinks bounds how many file descriptors of a process are examined, the lowest
// numbers first, which the listeners of a server have.
const maxLinks = 4096

// openSockets returns the listeners of a process, and how many file descriptors it has.
func (s sockets) openSockets(dir string) (found []Listener, files int, err error) {
	fds, err := os.Open(filepath.Join(dir, "fd"))
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = fds.Close() }()
	for {
		names, err := fds.Readdirnames(1024)
		for i, name := range names {
			if files+i >= maxLinks {
				break
			}
			if l, ok := s[socketInode(filepath.Join(dir, "fd", name))]; ok && !slices.Contains(found, l) {
				found = append(found, l)
			}
		}
		files += len(names)
		if errors.Is(err, io.EOF) {
			return found, files, nil
		}
		if err != nil {
			return nil, 0, err
		}
	}
}

// socketInode returns the inode of the socket that a file descriptor is, else "".
func socketInode(link string) string {
	to, err := os.Readlink(link)
	if err != nil {
		return ""
	}
	inode, ok := strings.CutPrefix(to, "socket:[")
	if !ok {
		return ""
	}
	return strings.TrimSuffix(inode, "]")
}
