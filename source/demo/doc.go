// Package demo is a sample service that leaks, to try a leak finder on and to
// judge one by.
//
// It is a small web shop: a real HTTP server that serves net/http/pprof and
// expvar beside its own pages, and sends requests to itself as its customers
// would. [Scenarios] is the table of what it can do: leaks, each a mistake that
// real services make, and look-alikes, which grow for a while and are no leak.
// Each scenario is one short file with the code, the rate, and what a leak
// finder must say of it ([Want]). No name in that code tells which of the two
// it is, since names are what a profile shows.
//
// [Serve] runs scenarios until a context ends, then undoes them. [Start] runs
// them in a child process, the same program called as "demo --serve", so that
// their profile holds nothing of the program that watches; [Command] is that
// child's side. The child ends with its parent, whatever ends the parent.
//
// # What it costs
//
// Ordinary traffic runs beside every scenario: a catalogue of 12 MiB loaded
// once, and 12 MiB a second of garbage, so that collections come often
// and the heap profile is fresh; 4% of a core with the default leaks. Scenarios
// show in the profile within a minute at the runtime's default sampling rate.
//
// All together keep at most 1 GiB, and 60% of the file descriptors that the
// process may have but no more than 12,000; a scenario that reaches a bound
// holds still. The default leaks do so after more than an hour, a single leak
// of 512 KiB a second after half an hour.
//
// # Adding a scenario
//
// Write one file named as the scenario, with its Scenario value and its code,
// and add the value to the table in leaks.go or lookalikes.go.
package demo
