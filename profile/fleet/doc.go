// Package fleet compares processes that run the same program: which of them leak, what
// the odd one does differently, and whether that depends on its version, its node or its
// zone. It does no IO and writes no text.
package fleet
