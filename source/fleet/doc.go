// Package fleet watches several processes at once, with one session for each. Processes
// join and leave while it runs. What was known about those that left is kept.
package fleet
