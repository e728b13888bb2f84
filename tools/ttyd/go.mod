module github.com/leaktop/leaktop/tools/ttyd

go 1.26.0

require (
	github.com/coder/websocket v1.8.15
	github.com/creack/pty v1.1.24
)
