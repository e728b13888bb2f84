// Package flame aggregates the stacks of a profile to a call tree, for a flame
// graph.
//
// [Build] makes a [Tree] from a history's stack values
// ([profile.History.StackValues]). A node is a function called along one path
// from the root; inlined calls have their own nodes, as in pprof. The self values
// of all nodes of a function add up to its flat value, and the totals of its
// outermost nodes to its cum value, so recursion counts once.
//
// A tree weighs frames by size or by growth ([Measure]). It is immutable.
package flame
