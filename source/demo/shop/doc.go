// Package shop is what the scenarios of the sample service share: how one is
// described ([Scenario], [Want]), and the service around it ([Environment]), with the
// requests of its customers and bounds on what it retains.
package shop
