package profile

// stackKey identifies a sequence of frames by two polynomials over secret tokens of
// the frames, so that a profile cannot be crafted to collide.
type stackKey [2]uint64

// The bases of the polynomials, odd and without a pattern (fractional parts of the
// square roots of 2 and 3).
const (
	keyBaseA = 0x6a09e667f3bcc909
	keyBaseB = 0xbb67ae8584caa73b
)

// keyStep is the effect of a run of frames on a key: multiply, then add. Locations
// with several lines take one step for all of them.
type keyStep struct{ mulA, addA, mulB, addB uint64 }

func (s keyStep) applyTo(k stackKey) stackKey {
	return stackKey{k[0]*s.mulA + s.addA, k[1]*s.mulB + s.addB}
}

// stepOf returns the combined step of frames.
func (t *Symbols) stepOf(frames []Frame) keyStep {
	s := keyStep{mulA: 1, mulB: 1}
	for _, f := range frames {
		id, line := uint64(f.Func.ID), uint64(f.Line)
		s.addA = s.addA*keyBaseA + mixBits(mixBits(t.start[0]+id)^line)
		s.addB = s.addB*keyBaseB + mixBits(mixBits(t.start[1]+id)^line)
		s.mulA *= keyBaseA
		s.mulB *= keyBaseB
	}
	return s
}

// mixBits spreads a number over all bits (the finalizer of SplitMix64, Steele, Lea
// and Flood 2014).
func mixBits(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
