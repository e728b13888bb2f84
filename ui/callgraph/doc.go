// Package callgraph draws the call graph of a profile as pprof does, without Graphviz:
// the size of a box shows its function's flat value, the thickness of an arrow the
// value that flows through the call, and warm colors mark growth.
//
// The layout is the usual one for directed graphs (Sugiyama): cycles are broken,
// callers are put above callees, long edges are divided among the layers that they
// cross, the layers are ordered by medians to cross few edges, and positions are the
// least-squares ones that leave the gaps (Gansner et al., "A Technique for Drawing
// Directed Graphs", 1993).
package callgraph
