package kube

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/leaktop/leaktop/source/kube/plugin"

	"github.com/leaktop/leaktop/source/kube/fault"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/util/connrotation"

	"github.com/leaktop/leaktop/source/kube/detached"
)

// restAPI accesses the API server by REST.
type restAPI struct {
	loadConfig       func() (*rest.Config, error)
	timeouts         *timeouts
	output           *plugin.Output // of the credential plugin
	webSocketRefused atomic.Bool    // WebSocket was refused, SPDY was not
	lastDuration     atomic.Int64   // duration of the last request in nanoseconds
	lastCut          atomic.Int64   // when connections were last closed with requests on them, in Unix nanoseconds
	gate             *plugin.Gate
	mu               sync.Mutex
	session          *session
	loaded           time.Time
}

// session is a client made from one reading of the kubeconfig.
type session struct {
	config     *rest.Config
	core       *rest.RESTClient
	connDialer *connrotation.Dialer // dialer of core
	params     runtime.ParameterCodec
}

func newRESTAPI(p *timeouts, output *plugin.Output, load func() (*rest.Config, error)) (*restAPI, error) {
	s := &restAPI{loadConfig: load, timeouts: p, output: output, gate: plugin.NewGate()}
	var err error
	s.session, err = s.newSession()
	s.loaded = time.Now()
	return s, err
}

func (a *restAPI) newSession() (*session, error) {
	cfg, err := a.loadConfig()
	if err != nil {
		return nil, err
	}
	// core/v1 is needed to decode the server's refusals, which are of type Status.
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		return nil, fault.New(err, "", "register core/v1: %v", err)
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
		return nil, fault.Explain("read kubeconfig", err)
	}
	return &session{config: cfg, core: core, connDialer: wires, params: runtime.NewParameterCodec(scheme)}, nil
}

// currentSession returns the current session.
func (a *restAPI) currentSession() *session {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.session
}

// renewSession reads the kubeconfig again after the credentials of old were refused: the
// user may have logged in since.
func (a *restAPI) renewSession(old *session) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.session != old || time.Since(a.loaded) < a.timeouts.minReloadInterval {
		return
	}
	a.loaded = time.Now()
	if fresh, err := a.newSession(); err == nil {
		a.session = fresh
		a.cutConns(old)
	}
}

// withSession calls f with the session, and once more if the credentials were
// refused. It abandons the call when ctx ends.
func withSession[T any](ctx context.Context, s *restAPI, f func(*session) (T, error), late func(T)) (T, error) {
	value, err := detached.Run(ctx, func() (value T, err error) {
		s.output.Hold()
		defer s.output.Release()
		if s.output.Run.Exists() {
			if err := s.gate.Enter(ctx); err != nil {
				return value, err
			}
			defer func() { s.gate.Leave(err, s.output.Run.LastFailed()) }()
		}
		if ctx.Err() != nil { // do not start a plugin in vain
			return value, context.Cause(ctx)
		}
		session := s.currentSession()
		value, err = f(session)
		if apierrors.IsUnauthorized(err) && s.output.Run.Exists() {
			s.output.Drain() // waits for the report on the plugin's exit
		}
		if apierrors.IsUnauthorized(err) && !s.output.Run.LastFailed() {
			s.renewSession(session) // a plugin has renewed its token by itself
			value, err = f(s.currentSession())
		}
		return value, err
	}, late)
	if d, _ := s.output.Run.RunningFor(); d > 0 && fault.IsTimeout(err) {
		err = s.output.Run.HangError(d)
		if d > s.timeouts.plugin {
			s.output.Run.Kill() // it blocks all other requests
		}
	}
	return value, err
}

// checkVersion requests the server's version, which every authenticated user may read.
func (a *restAPI) checkVersion(ctx context.Context) error {
	_, err := a.getWithRetry(ctx, []string{"/version"}, "")
	if apierrors.IsForbidden(err) || apierrors.IsNotFound(err) {
		return nil // a gateway may hide it; later requests will show
	}
	return fault.Explain("reach the cluster at "+a.currentSession().config.Host, err)
}

// cutLag is how long after a cut requests may still be given a closed connection: the
// HTTP/2 transport drops it only once it has noticed.
const cutLag = time.Second

// maxCutRetries bounds how often a request is repeated because of others.
const maxCutRetries = 3

// cutConns closes the connections of a session. It fails the requests of other callers
// that are on them, see wasCut.
func (a *restAPI) cutConns(old *session) {
	a.lastCut.Store(time.Now().UnixNano()) // before their requests fail
	old.connDialer.CloseAll()
	a.lastCut.Store(time.Now().UnixNano())
}

// wasCut reports whether a request that began at a time failed because another one had
// the connections closed.
func (a *restAPI) wasCut(err error, began time.Time) bool {
	var dial *net.OpError
	switch {
	case err == nil, isRefusal(err), fault.IsTimeout(err), fault.IsPlugin(err), errors.As(err, &dial) && dial.Op == "dial":
		return false
	}
	return a.lastCut.Load() > began.Add(-cutLag).UnixNano()
}

// isRefusal reports whether the API server responded.
func isRefusal(err error) bool {
	var status apierrors.APIStatus
	return errors.As(err, &status)
}

// getWithRetry reads the object at a path. If the response takes too long, given the server's
// usual speed, it repeats the request on a new connection. It also repeats one whose
// connection was closed for another.
func (a *restAPI) getWithRetry(ctx context.Context, path []string, selector string) ([]byte, error) {
	began := time.Now()
	soon, cancel := context.WithTimeout(ctx, max(a.timeouts.answerTimeout, 3*time.Duration(a.lastDuration.Load())))
	defer cancel()
	data, err := a.getOnce(soon, path, selector)
	if err != nil && !isRefusal(err) && soon.Err() != nil && ctx.Err() == nil {
		if a.lastCut.Load() < began.UnixNano() { // no other request found out first
			a.cutConns(a.currentSession())
		}
		began = time.Now()
		data, err = a.getOnce(ctx, path, selector)
	}
	for range maxCutRetries {
		if ctx.Err() != nil || !a.wasCut(err, began) {
			break
		}
		began = time.Now()
		data, err = a.getOnce(ctx, path, selector)
	}
	return data, err
}

func (a *restAPI) getOnce(ctx context.Context, path []string, selector string) ([]byte, error) {
	return withSession(ctx, a, func(session *session) ([]byte, error) {
		began := time.Now()
		req := session.core.Get().AbsPath(path...).MaxRetries(1)
		if selector != "" {
			req = req.Param("labelSelector", selector)
		}
		res := req.Do(ctx)
		if err := res.Error(); err != nil {
			return nil, err
		}
		a.lastDuration.Store(int64(time.Since(began)))
		return res.Raw()
	}, func([]byte) {})
}

func (a *restAPI) getObject(ctx context.Context, r resource, namespace, name string, into any) error {
	data, err := a.getWithRetry(ctx, r.apiPath(namespace, name), "")
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}

func (a *restAPI) listObjects(ctx context.Context, r resource, namespace, selector string, into any) error {
	data, err := a.getWithRetry(ctx, r.apiPath(namespace, ""), selector)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}

func (a *restAPI) watchPod(ctx context.Context, namespace, name string, seen func(*corev1.Pod, bool)) error {
	opts := &metav1.ListOptions{FieldSelector: "metadata.name=" + name, Watch: true}
	return a.watchSelected(ctx, namespace, opts, func() error {
		// The stream does not report a pod that was deleted before it began.
		_, err := a.getWithRetry(ctx, podResource.apiPath(namespace, name), "")
		if apierrors.IsNotFound(err) {
			return err
		}
		return nil
	}, seen)
}

func (a *restAPI) watchPods(ctx context.Context, namespace, selector, since string, seen func(*corev1.Pod, bool)) error {
	opts := &metav1.ListOptions{LabelSelector: selector, ResourceVersion: since, Watch: true}
	return a.watchSelected(ctx, namespace, opts, func() error { return nil }, seen)
}

// watchSelected streams the pods that the options select. Without a resource version the
// stream starts with the current ones. began is called once the stream is open; its error
// ends it.
func (a *restAPI) watchSelected(ctx context.Context, namespace string, opts *metav1.ListOptions, began func() error, seen func(*corev1.Pod, bool)) error {
	stream, err := withSession(ctx, a, func(session *session) (watch.Interface, error) {
		return session.core.Get().AbsPath(podResource.apiPath(namespace, "")...).
			VersionedParams(opts, session.params).MaxRetries(1).Watch(ctx)
	}, watch.Interface.Stop)
	if err != nil {
		return err
	}
	defer stream.Stop()
	if err := began(); err != nil {
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

func (a *restAPI) localAddress() string { return "" }

func (a *restAPI) closeAPI() error {
	a.currentSession().connDialer.CloseAll()
	return nil
}
