// Ttyd replaces the ttyd that VHS starts, on systems that have no package for it: it
// serves one terminal, drawn by xterm.js, over a websocket on loopback. It supports
// only the options that VHS passes.
package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/creack/pty"
)

// version is the lowest version that VHS accepts.
const version = "1.7.7"

//go:embed index.html
var page embed.FS

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "ttyd:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	port, command, err := parse(args)
	if err != nil {
		return err
	}
	if command == nil {
		fmt.Println("ttyd version", version)
		return nil
	}
	modules, err := modules()
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		return fmt.Errorf("listen for the browser: %w", err)
	}
	return serve(l, modules, command)
}

// parse reads the arguments. The command is nil if only the version is requested.
func parse(args []string) (port string, command []string, err error) {
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		switch {
		case arg == "--version":
			return "", nil, nil
		case strings.HasPrefix(arg, "--port="):
			port = strings.TrimPrefix(arg, "--port=")
		case arg == "-t" || arg == "--interface":
			args = args[min(1, len(args)):]
		case arg == "--once" || arg == "--writable":
		default:
			return port, append([]string{arg}, args...), nil
		}
	}
	return "", nil, errors.New("read arguments: there is no command to run")
}

// modules returns the folder of xterm.js, which npm has installed next to the program.
func modules() (fs.FS, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find xterm.js: %w", err)
	}
	dir := filepath.Join(filepath.Dir(self), "node_modules")
	if _, err := os.Stat(filepath.Join(dir, "@xterm")); err != nil {
		return nil, fmt.Errorf("find xterm.js: %w: run npm install next to the program", err)
	}
	return os.DirFS(dir), nil
}

// serve serves one browser and ends with its terminal.
func serve(l net.Listener, modules fs.FS, command []string) error {
	done := make(chan error, 1)
	var once sync.Once
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServerFS(page))
	mux.Handle("/node_modules/", http.StripPrefix("/node_modules/", http.FileServerFS(modules)))
	mux.HandleFunc("/ws", func(w http.ResponseWriter, r *http.Request) {
		once.Do(func() { done <- terminal(w, r, command) })
	})
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = srv.Serve(l) }()
	err := <-done
	return errors.Join(err, srv.Close())
}

// terminal runs the command on a pty and connects it to the browser: binary messages
// are keys, text messages are "COLUMNS ROWS".
func terminal(w http.ResponseWriter, r *http.Request, command []string) error {
	c, err := websocket.Accept(w, r, nil)
	if err != nil {
		return fmt.Errorf("accept the browser: %w", err)
	}
	defer func() { _ = c.CloseNow() }()
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "COLORTERM=truecolor")
	f, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: 80, Rows: 24})
	if err != nil {
		return fmt.Errorf("start %s: %w", command[0], err)
	}
	defer func() { _ = f.Close() }()
	go func() {
		defer cancel()
		keys(ctx, c, f)
	}()
	buf := make([]byte, 64<<10)
	for {
		n, err := f.Read(buf)
		if n > 0 {
			if err := c.Write(ctx, websocket.MessageBinary, buf[:n]); err != nil {
				break
			}
		}
		if err != nil {
			break
		}
	}
	cancel()
	_ = cmd.Wait() // killed when the browser left, or ended on its own
	return nil
}

// keys passes on what the browser sends, until it leaves.
func keys(ctx context.Context, c *websocket.Conn, f *os.File) {
	for {
		kind, data, err := c.Read(ctx)
		if err != nil {
			return
		}
		if kind == websocket.MessageBinary {
			if _, err := f.Write(data); err != nil {
				return
			}
			continue
		}
		var size pty.Winsize
		if _, err := fmt.Sscan(string(data), &size.Cols, &size.Rows); err == nil {
			_ = pty.Setsize(f, &size) // a failure is visible in the picture
		}
	}
}
