package kubetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/websocket"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// request is a parsed API request.
type request struct {
	*http.Request
	group, resource, namespace, name, sub string
}

// parseRequest parses the path "/apis/GROUP/VERSION/namespaces/NS/RESOURCE/NAME/SUB".
func parseRequest(r *http.Request) (request, bool) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	q := request{Request: r}
	switch {
	case len(parts) > 2 && parts[0] == "api":
		parts = parts[2:]
	case len(parts) > 3 && parts[0] == "apis":
		q.group = parts[1]
		parts = parts[3:]
	default:
		return q, false
	}
	if len(parts) > 2 && parts[0] == "namespaces" {
		q.namespace = parts[1]
		parts = parts[2:]
	}
	for i, field := range []*string{&q.resource, &q.name, &q.sub} {
		if i < len(parts) {
			*field = parts[i]
		}
	}
	return q, len(parts) <= 3
}

func (r request) fullResource() string {
	if r.sub != "" {
		return r.resource + "/" + r.sub
	}
	return r.resource
}

// rbacVerb returns the RBAC verb of the request.
func (r request) rbacVerb() string {
	switch {
	case r.Method == http.MethodPost:
		return "create"
	case r.URL.Query().Get("watch") != "" && r.URL.Query().Get("watch") != "false" && r.URL.Query().Get("watch") != "0":
		return "watch"
	case r.name == "":
		return "list"
	}
	return "get"
}

// apiServer answers requests from the state of its cluster.
type apiServer struct{ *Cluster }

func (a apiServer) newHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		a.mu.Lock()
		known := a.tokens[token]
		a.mu.Unlock()
		if !known {
			writeError(w, apierrors.NewUnauthorized("Unauthorized"))
			return
		}
		if answer := discoveryAnswer(r.URL.Path); answer != nil {
			writeJSON(w, answer)
			return
		}
		q, ok := parseRequest(r)
		if !ok {
			writeError(w, apierrors.NewGenericServerResponse(404, "get", schema.GroupResource{}, "", "", 0, true))
			return
		}
		a.answerRequest(w, q)
	})
}

func (a apiServer) answerRequest(w http.ResponseWriter, q request) {
	upgrade := websocket.IsWebSocketUpgrade(q.Request)
	a.mu.Lock()
	a.requests = append(a.requests, q.rbacVerb()+" "+q.fullResource())
	noWS, strict, slow := a.refuseWebSocket, a.strictWS, a.delay
	a.mu.Unlock()
	time.Sleep(slow)
	if upgrade && noWS {
		http.Error(w, "this gateway knows no WebSocket", http.StatusBadRequest)
		return
	}
	verbs := []string{q.rbacVerb()}
	if upgrade && strict {
		verbs = append(verbs, "create")
	}
	for _, verb := range verbs {
		if !a.isAllowed(verb, q.group, q.fullResource()) {
			why := fmt.Sprintf("User %q cannot %s resource %q in API group %q in the namespace %q", userName, verb, q.fullResource(), q.group, q.namespace)
			writeError(w, apierrors.NewForbidden(schema.GroupResource{Group: q.group, Resource: q.resource}, q.name, errors.New(why)))
			return
		}
	}
	switch {
	case q.resource == "pods" && q.group == "":
		a.answerPods(w, q)
	case q.resource == "pods":
		a.answerMetrics(w, q)
	default:
		a.answerOther(w, q)
	}
}

func notFound(w http.ResponseWriter, q request) {
	writeError(w, apierrors.NewNotFound(schema.GroupResource{Group: q.group, Resource: q.resource}, q.name))
}

func writeError(w http.ResponseWriter, err error) {
	var status apierrors.APIStatus
	if !errors.As(err, &status) {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	s := status.Status()
	s.APIVersion, s.Kind = "v1", "Status"
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(int(s.Code))
	_ = json.NewEncoder(w).Encode(s)
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}
