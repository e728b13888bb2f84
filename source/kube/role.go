package kube

// Role is the least that watching a pod needs, as kubectl apply takes it.
//
// The verbs: WebSocket port-forward is a get, and from Kubernetes 1.35 on also
// has to be allowed create; the older SPDY one is a create.
const Role = `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: leaktop
rules:
- apiGroups: [""]
  resources: [pods]
  verbs: [get]
- apiGroups: [""]
  resources: [pods/portforward]
  verbs: [get, create]
`

// RoleOptional is what makes leaktop more comfortable. Each rule is done
// without where it is refused: finding by workload, service or selector,
// following to a successor, hearing at once of a restart, the working set.
const RoleOptional = `- apiGroups: [""]
  resources: [pods]
  verbs: [list, watch]
- apiGroups: [""]
  resources: [services]
  verbs: [get]
- apiGroups: [apps]
  resources: [deployments, replicasets, statefulsets, daemonsets]
  verbs: [get]
- apiGroups: [batch]
  resources: [jobs]
  verbs: [get]
- apiGroups: [metrics.k8s.io]
  resources: [pods]
  verbs: [get]
`
