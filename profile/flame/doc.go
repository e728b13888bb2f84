// Package flame sums the stacks of a profile up as a tree: the calls of a flame
// graph.
//
// [Build] makes a [Tree] of what a history says its stacks hold
// ([profile.History.StackValues]). A node is a function called along one path
// from the root; inlined calls are nodes of their own, as pprof has them. Over
// all nodes of a function its self values add up to its flat value, and the
// totals of its outermost nodes to its cum value: recursion counts once.
//
// A tree can be looked at by what frames hold or by how fast that grows
// ([Measure]). It never changes once built.
package flame
