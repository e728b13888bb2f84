// Package simulated makes profiles for tests: those of a simulated service, and the
// parts of a profile that a store keeps.
package simulated
