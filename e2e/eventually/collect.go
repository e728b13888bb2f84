package eventually

import "runtime/debug"

// CollectLess lets the garbage collector run a quarter as often, for packages whose
// tests make much garbage and retain little. TestMain calls it.
func CollectLess() { debug.SetGCPercent(400) }
