package memory

import "testing"

func TestArena(t *testing.T) {
	t.Parallel()
	a := &arena{}
	for range 3 {
		if err := a.mapBlock(64 << 10); err != nil {
			t.Fatal(err)
		}
	}
	if len(a.blocks) != 3 || len(a.blocks[2]) != 64<<10 || a.blocks[2][4096] != 1 {
		t.Errorf("the arena has %d blocks", len(a.blocks))
	}
	a.unmapAll()
	if len(a.blocks) != 0 {
		t.Errorf("the arena still has %d blocks", len(a.blocks))
	}
}
