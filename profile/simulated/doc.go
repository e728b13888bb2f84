// Package simulated makes profiles for tests: of a simulated service, and what is left
// of a profile in a store.
package simulated
