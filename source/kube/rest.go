package kube

import (
	"context"
	"encoding/json"
	"net"
	"sync"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/util/connrotation"
)

// server accesses the API server by REST.
type server struct {
	load    func() (*rest.Config, error)
	pace    *pace
	output  *pluginOutput // of the credential plugin
	noWS    atomic.Bool   // WebSocket was refused, SPDY was not
	took    atomic.Int64  // duration of the last request in nanoseconds
	cuts    atomic.Int64  // how often the connections were closed as dead
	gate    *pluginGate
	mu      sync.Mutex
	session *session
	loaded  time.Time
}

// session is a client made from one reading of the kubeconfig.
type session struct {
	config *rest.Config
	core   *rest.RESTClient
	wires  *connrotation.Dialer // dialer of core
	params runtime.ParameterCodec
}

func newServer(p *pace, output *pluginOutput, load func() (*rest.Config, error)) (*server, error) {
	s := &server{load: load, pace: p, output: output, gate: newPluginGate()}
	var err error
	s.session, err = s.open()
	s.loaded = time.Now()
	return s, err
}

func (s *server) open() (*session, error) {
	cfg, err := s.load()
	if err != nil {
		return nil, err
	}
	// core/v1 is needed to decode the server's refusals, which are of type Status.
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		return nil, fail(err, "", "register core/v1: %v", err)
	}
	metav1.AddToGroupVersion(scheme, corev1.SchemeGroupVersion)
	cfg.GroupVersion = &corev1.SchemeGroupVersion
	cfg.APIPath = "/api"
	cfg.NegotiatedSerializer = serializer.NewCodecFactory(scheme).WithoutConversion()
	cfg.UserAgent = "leaktop"
	cfg.WarningHandlerWithContext = rest.NoWarnings{}
	cfg.QPS = -1 // requests are rare; rate limiting would only obscure delays
	wires := connrotation.NewDialer((&net.Dialer{Timeout: 30 * time.Second, KeepAlive: 15 * time.Second}).DialContext)
	cfg.Dial = wires.DialContext
	core, err := rest.RESTClientFor(cfg)
	if err != nil {
		return nil, explain("read kubeconfig", err)
	}
	return &session{config: cfg, core: core, wires: wires, params: runtime.NewParameterCodec(scheme)}, nil
}

// now returns the current session.
func (s *server) now() *session {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.session
}

// renew reads the kubeconfig again after the credentials of old were refused: the
// user may have logged in since.
func (s *server) renew(old *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.session != old || time.Since(s.loaded) < s.pace.reload {
		return
	}
	s.loaded = time.Now()
	if fresh, err := s.open(); err == nil {
		old.wires.CloseAll()
		s.session = fresh
	}
}

// withSession calls f with the session, and once more if the credentials were
// refused. It abandons the call when ctx ends.
func withSession[T any](ctx context.Context, s *server, f func(*session) (T, error), late func(T)) (T, error) {
	value, err := runDetached(ctx, func() (value T, err error) {
		s.output.hold()
		defer s.output.release()
		if s.output.run.exists() {
			if err := s.gate.enter(ctx); err != nil {
				return value, err
			}
			defer func() { s.gate.leave(err, s.output.run.lastFailed()) }()
		}
		if ctx.Err() != nil { // do not start a plugin in vain
			return value, context.Cause(ctx)
		}
		session := s.now()
		value, err = f(session)
		if apierrors.IsUnauthorized(err) && s.output.run.exists() {
			s.output.drain() // waits for the report on the plugin's exit
		}
		if apierrors.IsUnauthorized(err) && !s.output.run.lastFailed() {
			s.renew(session) // a plugin has renewed its token by itself
			value, err = f(s.now())
		}
		return value, err
	}, late)
	if d, _ := s.output.run.running(); d > 0 && isTimeout(err) {
		err = s.output.run.hangs(d)
		if d > s.pace.plugin {
			s.output.run.kill() // it blocks all other requests
		}
	}
	return value, err
}

// hello requests the server's version, which every authenticated user may read.
func (s *server) hello(ctx context.Context) error {
	_, err := s.raw(ctx, []string{"/version"}, "")
	if apierrors.IsForbidden(err) || apierrors.IsNotFound(err) {
		return nil // a gateway may hide it; later requests will show
	}
	return explain("reach the cluster at "+s.now().config.Host, err)
}

// raw reads the object at a path. If the response takes too long, given the server's
// usual speed, it repeats the request on a new connection.
func (s *server) raw(ctx context.Context, path []string, selector string) ([]byte, error) {
	soon, cancel := context.WithTimeout(ctx, max(s.pace.patience, 3*time.Duration(s.took.Load())))
	defer cancel()
	cuts := s.cuts.Load()
	data, err := s.rawOnce(soon, path, selector)
	late, cut := soon.Err() != nil, err != nil && s.cuts.Load() != cuts // by another request
	if ctx.Err() != nil || !late && !cut {
		return data, err
	}
	if !cut {
		s.cuts.Add(1)
		s.now().wires.CloseAll()
	}
	return s.rawOnce(ctx, path, selector)
}

func (s *server) rawOnce(ctx context.Context, path []string, selector string) ([]byte, error) {
	return withSession(ctx, s, func(session *session) ([]byte, error) {
		began := time.Now()
		req := session.core.Get().AbsPath(path...).MaxRetries(1)
		if selector != "" {
			req = req.Param("labelSelector", selector)
		}
		res := req.Do(ctx)
		if err := res.Error(); err != nil {
			return nil, err
		}
		s.took.Store(int64(time.Since(began)))
		return res.Raw()
	}, func([]byte) {})
}

func (s *server) get(ctx context.Context, r resource, namespace, name string, into any) error {
	data, err := s.raw(ctx, r.path(namespace, name), "")
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}

func (s *server) list(ctx context.Context, r resource, namespace, selector string, into any) error {
	data, err := s.raw(ctx, r.path(namespace, ""), selector)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}

func (s *server) watch(ctx context.Context, namespace, name string, seen func(*corev1.Pod, bool)) error {
	// Without a resource version the stream starts with the current pod.
	opts := &metav1.ListOptions{FieldSelector: "metadata.name=" + name, Watch: true}
	stream, err := withSession(ctx, s, func(session *session) (watch.Interface, error) {
		return session.core.Get().AbsPath(pods.path(namespace, "")...).
			VersionedParams(opts, session.params).MaxRetries(1).Watch(ctx)
	}, watch.Interface.Stop)
	if err != nil {
		return err
	}
	defer stream.Stop()
	// The stream does not report a pod that was deleted before it began.
	if _, err := s.raw(ctx, pods.path(namespace, name), ""); apierrors.IsNotFound(err) {
		return err
	}
	for e := range stream.ResultChan() {
		if e.Type == watch.Error {
			return apierrors.FromObject(e.Object)
		}
		if pod, ok := e.Object.(*corev1.Pod); ok && e.Type != watch.Bookmark {
			seen(pod, e.Type == watch.Deleted)
		}
	}
	return nil
}

func (s *server) local() string { return "" }

func (s *server) close() error {
	s.now().wires.CloseAll()
	return nil
}
