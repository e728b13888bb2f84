// Package supervise keeps the terminal usable however the live view ends.
//
// A process that is killed, or that the Go runtime ends (out of memory, a
// concurrent map write, a panic in a goroutine of a library), cannot leave the
// alternate screen. So the live view runs in a child process. Its parent sleeps
// until the child has ended. If the child still had the screen, the parent restores
// the terminal and says in one sentence what happened.
//
// Both are in the same process group on the same terminal, so ctrl+z, fg and resizing
// reach the child as if it were alone. Two pipes connect them: the child ends when the
// lifeline from its parent closes, and it reports to its parent when it takes the
// screen and why it crashed.
//
// On Windows the view runs without a supervisor.
package supervise
