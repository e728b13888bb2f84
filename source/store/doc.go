// Package store reads what profile stores have kept of a service, and writes to them.
//
// A store is a [Reader]: it knows which series of profiles it has, how their totals
// went, and each profile. [Load] makes a recording of that: the totals show where a
// service restarted, stepped or began to grow, and the few hundred profiles that are
// fetched lie closest there. From then on it is like any other recording.
//
// The packages below it speak the protocols, one store each. They send requests through
// a [Requester], which knows the address, the credentials and the bounds.
package store
