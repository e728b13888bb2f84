// Package store reads the profiles of a service from profile stores, and writes to
// them.
//
// A store is a [Reader]: it has series of profiles, their totals over time, and the
// profiles themselves. [Load] makes a recording of them. The totals show where a
// service restarted, stepped or began to grow, and most of the few hundred profiles
// that are fetched lie there. From then on it is like any other recording.
//
// The packages below it speak the protocols, one store each. They send requests through
// a [Requester], which knows the address, the credentials and the bounds.
package store
