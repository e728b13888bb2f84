// Package longterm judges how the memory of a process and its predecessors developed over
// days, from what a metrics store has kept: since when it has grown, whether the growth survives
// restarts and rollouts, whether it is only a daily swing, and whether what grew is page
// cache, which the kernel can reclaim.
//
// A metrics store has totals and no stacks. It says when and which process, never which
// function: the result is one more input of the judge of package leak, and one sentence.
package longterm
