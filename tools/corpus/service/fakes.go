package service

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"github.com/IBM/sarama"
	"github.com/gorilla/websocket"
	"github.com/hashicorp/yamux"
	"github.com/jackc/pgx/v5/pgproto3"
	"golang.org/x/crypto/ssh"
	"golang.org/x/net/http2"
)

// The servers that the services use, on loopback: just enough of each protocol. Each
// runs in a process of its own, so that the profiles are of the service alone.

// fakes start the servers by name, and return their addresses.
var fakes = map[string]func() string{
	"nats": serveNATS, "redis": serveRedis, "mqtt": serveMQTT, "kafka": serveKafka, "postgres": servePostgres,
	"yamux": serveYamux, "ssh": serveSSH, "http2": serveHTTP2, "http": serveHTTP,
}

// ServeFake runs the named server until input ends. It prints its address as the
// first line of output.
func ServeFake(name string, input io.Reader, output io.Writer) error {
	serve, ok := fakes[name]
	if !ok {
		return fmt.Errorf("serve %q: no such server", name)
	}
	fmt.Fprintln(output, serve())
	_, err := io.Copy(io.Discard, input)
	return err
}

// inputs are the inputs of the servers, open until this process ends. The collector
// closes a file that nothing references.
var inputs struct {
	sync.Mutex
	open []io.Closer
}

// remote starts the named server in another process, which ends with this one, and
// returns its address.
func remote(name string) string {
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	c := exec.Command(self, "fake", name)
	out, err := c.StdoutPipe()
	if err != nil {
		panic(err)
	}
	in, err := c.StdinPipe()
	if err != nil {
		panic(err)
	}
	inputs.Lock()
	inputs.open = append(inputs.open, in)
	inputs.Unlock()
	if err := c.Start(); err != nil {
		panic(err)
	}
	addr, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		panic(err)
	}
	return strings.TrimSpace(addr)
}

// serveTCP serves connections with handle and returns the address.
func serveTCP(handle func(net.Conn)) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go handle(c)
		}
	}()
	return l.Addr().String()
}

// serveNATS answers PING, and discards the rest.
func serveNATS() string {
	return serveTCP(func(c net.Conn) {
		defer c.Close()
		_, _ = io.WriteString(c, `INFO {"server_id":"fake","version":"2.10.0","go":"go1.26","host":"127.0.0.1","port":4222,"max_payload":1048576,"proto":1,"headers":true}`+"\r\n")
		lines := bufio.NewScanner(c)
		for lines.Scan() {
			if strings.HasPrefix(lines.Text(), "PING") {
				_, _ = io.WriteString(c, "PONG\r\n")
			}
		}
	})
}

// serveRedis answers each command: HELLO with an error, which makes clients use the
// old protocol, SUBSCRIBE with its confirmation, and the rest with PONG.
func serveRedis() string {
	return serveTCP(func(c net.Conn) {
		defer c.Close()
		in := bufio.NewReader(c)
		for {
			words, err := readRedis(in)
			if err != nil {
				return
			}
			answer := "+PONG\r\n"
			switch strings.ToLower(words[0]) {
			case "hello", "client":
				answer = "-ERR unknown command\r\n"
			case "subscribe":
				answer = fmt.Sprintf("*3\r\n$9\r\nsubscribe\r\n$%d\r\n%s\r\n:1\r\n", len(words[1]), words[1])
			}
			_, _ = io.WriteString(c, answer)
		}
	})
}

func readRedis(in *bufio.Reader) (words []string, err error) {
	var n int
	if _, err := fmt.Fscanf(in, "*%d\r\n", &n); err != nil || n < 1 || n > 100 {
		return nil, io.ErrUnexpectedEOF
	}
	for range n {
		var size int
		if _, err := fmt.Fscanf(in, "$%d\r\n", &size); err != nil || size < 0 || size > 1<<16 {
			return nil, io.ErrUnexpectedEOF
		}
		b := make([]byte, size+2)
		if _, err := io.ReadFull(in, b); err != nil {
			return nil, fmt.Errorf("read word: %w", err)
		}
		words = append(words, string(b[:size]))
	}
	return words, nil
}

// serveMQTT accepts each connection, and discards the rest.
func serveMQTT() string {
	return serveTCP(func(c net.Conn) {
		defer c.Close()
		buf := make([]byte, 1024)
		if _, err := c.Read(buf); err != nil {
			return
		}
		_, _ = c.Write([]byte{0x20, 0x02, 0, 0}) // CONNACK
		_, _ = io.Copy(io.Discard, c)
	})
}

// servePostgres accepts each connection without a password.
func servePostgres() string {
	return serveTCP(func(c net.Conn) {
		defer c.Close()
		b := pgproto3.NewBackend(c, c)
		if _, err := b.ReceiveStartupMessage(); err != nil {
			return
		}
		b.Send(&pgproto3.AuthenticationOk{})
		b.Send(&pgproto3.BackendKeyData{ProcessID: 1, SecretKey: []byte{0, 0, 0, 1}})
		b.Send(&pgproto3.ReadyForQuery{TxStatus: 'I'})
		if b.Flush() != nil {
			return
		}
		for {
			m, err := b.Receive()
			if err != nil {
				return
			}
			if _, ok := m.(*pgproto3.Query); ok {
				b.Send(&pgproto3.EmptyQueryResponse{})
				b.Send(&pgproto3.ReadyForQuery{TxStatus: 'I'})
				_ = b.Flush()
			}
		}
	})
}

// heldSockets are the server's ends of WebSockets.
var heldSockets = &sockets{}

type sockets struct {
	mu  sync.Mutex
	all []*websocket.Conn
}

func (s *sockets) add(c *websocket.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, c)
}

func quietYamux() *yamux.Config {
	c := yamux.DefaultConfig()
	c.LogOutput = io.Discard
	return c
}

// serveYamux keeps connections open: a session answers pings only.
func serveYamux() string {
	return serveTCP(func(c net.Conn) {
		defer c.Close()
		head := make([]byte, 12)
		for {
			if _, err := io.ReadFull(c, head); err != nil {
				return
			}
			if head[1] == 2 && head[3] == 1 { // a ping
				head[3] = 2
				_, _ = c.Write(head)
			}
		}
	})
}

// serveSSH lets everyone in.
func serveSSH() string {
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		panic(err)
	}
	signer, err := ssh.NewSignerFromKey(key)
	if err != nil {
		panic(err)
	}
	config := &ssh.ServerConfig{NoClientAuth: true}
	config.AddHostKey(signer)
	return serveTCP(func(c net.Conn) {
		_, channels, requests, err := ssh.NewServerConn(c, config)
		if err != nil {
			return
		}
		go ssh.DiscardRequests(requests)
		for n := range channels {
			_ = n.Reject(ssh.Prohibited, "no")
		}
	})
}

// serveHTTP2 serves HTTP/2 without TLS. Its answers do not end.
func serveHTTP2() string {
	srv := &http2.Server{MaxConcurrentStreams: 10_000}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "first line\n")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	return "http://" + serveTCP(func(c net.Conn) { srv.ServeConn(c, &http2.ServeConnOpts{Handler: handler}) })
}

func dialPlain(ctx context.Context, network, addr string, _ *tls.Config) (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(ctx, network, addr)
}

func tempFile(name string) string {
	dir, err := os.MkdirTemp("", "service")
	if err != nil {
		panic(err)
	}
	return filepath.Join(dir, name)
}

// serveHTTP has answers that do not end, a small one, a listing and a WebSocket.
func serveHTTP() string {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /bucket/", slowPicture)
	mux.HandleFunc("GET /weather", slowPicture)
	mux.HandleFunc("GET /rates", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "1.1") })
	mux.HandleFunc("GET /files/", listFiles)
	mux.HandleFunc("GET /ticker", acceptWebsocket)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go func() { _ = http.Serve(l, mux) }() //nolint:gosec // on loopback, for minutes
	return "http://" + l.Addr().String()
}

// slowPicture sends the head of a large answer, and the rest for a long time.
func slowPicture(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Length", "10000000")
	_, _ = w.Write(make([]byte, 64*kib))
	w.(http.Flusher).Flush()
	<-r.Context().Done()
}

func listFiles(w http.ResponseWriter, _ *http.Request) {
	_, _ = io.WriteString(w, `<?xml version="1.0"?><ListBucketResult><Name>files</Name><KeyCount>50</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>`)
	for i := range 50 {
		fmt.Fprintf(w, `<Contents><Key>f%d</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>"e"</ETag><Size>1</Size><StorageClass>STANDARD</StorageClass></Contents>`, i)
	}
	_, _ = io.WriteString(w, `</ListBucketResult>`)
}

func acceptWebsocket(w http.ResponseWriter, r *http.Request) {
	up := websocket.Upgrader{}
	c, err := up.Upgrade(w, r, nil)
	if err == nil {
		heldSockets.add(c)
	}
}

// quietReporter takes what a mock broker reports.
type quietReporter struct{}

func (quietReporter) Error(...any)          {}
func (quietReporter) Errorf(string, ...any) {}
func (quietReporter) Fatal(...any)          {}
func (quietReporter) Fatalf(string, ...any) {}
func (quietReporter) Helper()               {}

// serveKafka serves as a broker of one topic.
func serveKafka() string {
	b := sarama.NewMockBroker(quietReporter{}, 1)
	b.SetHandlerByMap(map[string]sarama.MockResponse{
		"ApiVersionsRequest": sarama.NewMockApiVersionsResponse(quietReporter{}),
		"MetadataRequest":    sarama.NewMockMetadataResponse(quietReporter{}).SetBroker(b.Addr(), b.BrokerID()).SetLeader("orders", 0, b.BrokerID()),
	})
	return b.Addr()
}
