// Package supervise keeps the terminal usable whatever ends the live view.
//
// A process that is killed, or that the Go runtime ends (out of memory, a
// concurrent map write, a panic in a goroutine of a library), can't leave the
// alternate screen any more. So the live view runs in a child process. Its parent
// sleeps until the child has ended. If the child had the screen until then, the
// parent restores the terminal and says in one sentence what happened.
//
// Both are in the same process group on the same terminal, so ctrl+z, fg and a
// change of the terminal's size reach the child as if it were alone. Two pipes
// join them: the child ends when the lifeline from its parent does, and it reports
// to its parent when it takes the screen and why it crashed.
//
// On Windows the view runs without a supervisor.
package supervise
