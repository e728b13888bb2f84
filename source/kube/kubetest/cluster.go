// Package kubetest is a Kubernetes cluster for tests, in process and on one
// loopback port: an API server with TLS, tokens and RBAC that serves pods,
// workloads, services and metrics, watches included, and upgrades port-forward
// with the kubelet's own streaming code, by WebSocket and by SPDY, in front of
// real net/http/pprof servers that no socket leads to.
//
// What breaks in real clusters can be made to happen: see the methods of
// [Cluster] and [Pod]. Only tests may import it.
package kubetest

import (
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// Token is what the kubeconfig's user logs in with.
const Token = "token-of-dev"

// user is the name that refusals give.
const user = "dev"

// Cluster is the cluster. Its methods may be called at any time.
type Cluster struct {
	t   testing.TB
	dir string
	ca  []byte

	mu       sync.Mutex
	http     *httptest.Server
	net      *network
	tokens   map[string]bool
	rules    []rbacv1.PolicyRule // nil allows everything
	forbid   map[string]bool     // "verb resource"
	asked    []string            // "verb resource", all requests so far
	noWS     bool
	strictWS bool
	deaf     bool // watches are told nothing
	kubelet  kubeletFault
	slow     time.Duration
	version  int // of the last change
	watchers map[*watcher]struct{}
	pods     map[string]*Pod // by namespace/name
	flows    map[string]*workload
	services map[string]*corev1.Service
	metrics  map[string]sample // by namespace/name; nil is not served
	names    int
}

// New starts a cluster with no pods, which ends with the test.
func New(t testing.TB) *Cluster {
	c := &Cluster{
		t: t, dir: t.TempDir(),
		tokens: map[string]bool{Token: true}, forbid: map[string]bool{},
		watchers: map[*watcher]struct{}{}, pods: map[string]*Pod{},
		flows: map[string]*workload{}, services: map[string]*corev1.Service{},
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c.serve(listener)
	c.ca = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.http.Certificate().Raw})
	t.Cleanup(c.close)
	return c
}

func (c *Cluster) serve(l net.Listener) {
	c.net = newNetwork(l)
	quiet := log.New(io.Discard, "", 0) // connections are cut on purpose
	c.http = &httptest.Server{
		Listener: c.net, EnableHTTP2: true,
		Config: &http.Server{Handler: c.handler(), ErrorLog: quiet, ReadHeaderTimeout: time.Minute},
	}
	c.http.StartTLS()
}

func (c *Cluster) close() {
	c.mu.Lock()
	pods := c.pods
	c.pods = map[string]*Pod{}
	c.mu.Unlock()
	for _, p := range pods {
		p.kill()
	}
	c.Stop()
}

// Address is where the API server listens.
func (c *Cluster) Address() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.net.Addr().String()
}

// Kubeconfig writes a kubeconfig with the context "test", the namespace "shop"
// and the token, and returns its path. Each of edit may change it before.
func (c *Cluster) Kubeconfig(edit ...func(*clientcmdapi.Config)) string {
	cfg := clientcmdapi.NewConfig()
	cfg.Clusters["test"] = &clientcmdapi.Cluster{Server: "https://" + c.Address(), CertificateAuthorityData: c.ca}
	cfg.AuthInfos["dev"] = &clientcmdapi.AuthInfo{Token: Token}
	cfg.Contexts["test"] = &clientcmdapi.Context{Cluster: "test", AuthInfo: "dev", Namespace: "shop"}
	cfg.CurrentContext = "test"
	for _, f := range edit {
		f(cfg)
	}
	path := filepath.Join(c.dir, "config")
	if err := clientcmd.WriteToFile(*cfg, path); err != nil {
		c.t.Fatal(err)
	}
	return path
}

// Plugin writes a credential plugin that prints script's words on its stderr
// and gives the token that the file "token" beside it holds; edit is for
// [Cluster.Kubeconfig]. tokenFile is that file, which holds Token at first.
func (c *Cluster) Plugin(script string) (tokenFile string, edit func(*clientcmdapi.Config)) {
	tokenFile = filepath.Join(c.dir, "token")
	path := filepath.Join(c.dir, "plugin")
	body := "#!/bin/sh\n" + script + "\n" +
		`printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}' "$(cat ` + tokenFile + `)"` + "\n"
	for file, text := range map[string]string{path: body, tokenFile: Token} {
		if err := os.WriteFile(file, []byte(text), 0o700); err != nil {
			c.t.Fatal(err)
		}
	}
	return tokenFile, func(cfg *clientcmdapi.Config) {
		cfg.AuthInfos["dev"] = &clientcmdapi.AuthInfo{Exec: &clientcmdapi.ExecConfig{
			APIVersion: "client.authentication.k8s.io/v1", Command: path,
			InteractiveMode: clientcmdapi.IfAvailableExecInteractiveMode,
		}}
	}
}
