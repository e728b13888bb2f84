// Package fleet watches several processes at once, one session for each. Processes join
// and leave while it runs; of those that left, what was known stays.
package fleet
