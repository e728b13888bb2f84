// Package kubetest provides an in-process Kubernetes cluster for tests on one loopback
// port. Its API server has TLS, tokens and RBAC, serves pods, workloads, services,
// metrics and watches, and forwards ports with the kubelet's own streaming code, by
// WebSocket and by SPDY, to net/http/pprof servers without sockets.
//
// The methods of [Cluster] and [Pod] reproduce failures of real clusters. Only tests
// may import the package.
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

// Token is the token of the kubeconfig's user.
const Token = "token-of-dev"

// userName is the name of the user in error messages.
const userName = "dev"

// Cluster is a cluster for tests. Its methods are safe for concurrent use.
type Cluster struct {
	t   testing.TB
	dir string
	ca  []byte

	mu              sync.Mutex
	http            *httptest.Server
	net             *network
	tokens          map[string]bool
	rules           []rbacv1.PolicyRule // nil allows everything
	forbid          map[string]bool     // "verb resource"
	requests        []string            // "verb resource", all requests so far
	refuseWebSocket bool
	strictWS        bool
	watchesMuted    bool // watches get no events
	kubelet         kubeletFault
	delay           time.Duration
	version         int // resource version of the last change
	watchers        map[*watcher]struct{}
	history         []watchEvent    // of all pods
	pods            map[string]*Pod // by namespace/name
	workloads       map[string]*workload
	services        map[string]*corev1.Service
	zones           map[string]string // of nodes
	metrics         map[string]sample // by namespace/name; nil means not served
	names           int
}

// New starts a cluster without pods. It stops at the end of the test.
func New(t testing.TB) *Cluster {
	c := &Cluster{
		t: t, dir: t.TempDir(),
		tokens: map[string]bool{Token: true}, forbid: map[string]bool{},
		watchers: map[*watcher]struct{}{}, pods: map[string]*Pod{},
		workloads: map[string]*workload{}, services: map[string]*corev1.Service{}, zones: map[string]string{},
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c.startServer(listener)
	c.ca = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.http.Certificate().Raw})
	t.Cleanup(c.closeCluster)
	return c
}

func (c *Cluster) startServer(l net.Listener) {
	c.net = newNetwork(l)
	quiet := log.New(io.Discard, "", 0) // connections are cut on purpose
	c.http = &httptest.Server{
		Listener: c.net, EnableHTTP2: true,
		Config: &http.Server{Handler: apiServer{c}.newHandler(), ErrorLog: quiet, ReadHeaderTimeout: time.Minute},
	}
	c.http.StartTLS()
}

func (c *Cluster) closeCluster() {
	c.mu.Lock()
	pods := c.pods
	c.pods = map[string]*Pod{}
	c.mu.Unlock()
	for _, p := range pods {
		p.killProcesses()
	}
	c.Stop()
}

// Address returns the address of the API server.
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

// Plugin writes a credential plugin that runs a shell script, then prints the token in
// tokenFile, which is Token at first. edit is an argument for [Cluster.Kubeconfig].
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
