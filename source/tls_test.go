package source

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/source/body"

	"github.com/leaktop/leaktop/source/problem"
)

// pki is a small certificate authority with a client certificate.
type pki struct {
	ca        *x509.CertPool
	caFile    string
	cert, key string // files of the client
	server    tls.Certificate
}

func newPKI(t *testing.T) pki {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "leaktop test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
		DNSNames:    []string{"localhost"},
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certPEM := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	p := pki{ca: x509.NewCertPool()}
	p.caFile = writeFile(t, "cert.pem", certPEM)
	p.cert, p.key = p.caFile, writeFile(t, "key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: keyDER})))
	p.ca.AppendCertsFromPEM([]byte(certPEM))
	if p.server, err = tls.LoadX509KeyPair(p.cert, p.key); err != nil {
		t.Fatal(err)
	}
	return p
}

// serveTLS serves pprof as "localhost" and requires a client certificate.
func (p pki) serveTLS(t *testing.T) string {
	t.Helper()
	s := httptest.NewUnstartedServer(pprofMux())
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{p.server}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: p.ca}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL
}

func TestTLS(t *testing.T) {
	p := newPKI(t)
	byAddress := p.serveTLS(t)
	byName := strings.Replace(byAddress, "127.0.0.1", "localhost", 1)
	with := Options{CACert: p.caFile, Cert: p.cert, Key: p.key}

	if data, err := fetchHeap(t, byName, with); err != nil || body.ContentOf("", data) != body.ContentProfile {
		t.Errorf("with CA and client certificate: got %d bytes, %v", len(data), err)
	}
	if _, err := fetchHeap(t, byAddress, Options{Insecure: true, Cert: p.cert, Key: p.key}); err != nil {
		t.Errorf("without verification: %v", err)
	}
	for _, tt := range []struct {
		name, target string
		o            Options
		says         string
	}{
		{"unknown authority", byName, Options{Cert: p.cert, Key: p.key}, "unknown authority; give its CA with --cacert"},
		{"other name", byAddress, with, "for another name"},
		{"no client certificate", byName, Options{CACert: p.caFile}, "give it with --cert and --key"},
		{"plain HTTP", strings.Replace(byName, "https:", "http:", 1), Options{}, "write https:// before the host"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := fetchHeap(t, tt.target, tt.o)
			checkProblem(t, err, problem.CauseTLS, tt.says)
		})
	}
	if err := (Options{Cert: p.cert, Key: filepath.Join(t.TempDir(), "gone")}).Validate(); err == nil {
		t.Error("a missing key was accepted")
	}
}
