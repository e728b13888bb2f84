// Package demo is a sample service that leaks, for trying out and testing a leak
// finder.
//
// It is a small web shop: a real HTTP server that serves its pages,
// net/http/pprof and expvar, and sends itself the requests that customers would.
// [Scenarios] lists what it can do: leaks, which are mistakes that real services
// make, and look-alikes, which grow for a while but are not leaks. Each scenario
// is one short file with the code, the rate, and the expected finding
// (Want of package shop). Names in that code, those of packages included, do not reveal
// which of the two it is, because profiles show them.
//
// [Command] runs scenarios until a context ends, then undoes them. [Start] runs them
// in a child process, the same program called as "demo --serve", so that their
// profiles do not include the program that watches; [Command] is the child's side.
// The child ends with its parent, however the parent ends.
//
// # Cost
//
// Ordinary traffic runs alongside every scenario: a catalog of 12 MiB, loaded
// once, and 12 MiB of garbage per second, so that collections are frequent and the
// heap profile is fresh. With the default leaks it uses 4% of a core. Scenarios
// show up in the profile within a minute at the default sampling rate.
//
// All scenarios together keep at most 1 GiB of memory and 60% of the process's
// file descriptors, up to 12,000; a scenario that reaches a bound pauses. The
// default leaks reach it after more than an hour, a single leak of 512 KiB per
// second after half an hour.
//
// # Adding a scenario
//
// Write a file named after the scenario, with its Scenario value and its code, in
// package goroutines or memory, by what grows, and add the value to the table in
// that package's scenarios.go.
package demo
