package decode

import "regexp/syntax"

// Bounds on drop_frames and keep_frames, the expressions for functions that a
// profile asks to leave out: they are compiled and matched against every name. The
// longest that google/pprof itself writes has 1,100 bytes.
const (
	maxExpression = 4096      // bytes
	maxProgram    = 8192      // instructions, by estimate
	maxMatching   = 256 << 20 // instructions times bytes of names
)

// checkExpression refuses an expression that would take too long to compile, or to
// match against the given number of bytes of names. google/pprof refuses one that
// does not compile.
func checkExpression(expr string, names int64) error {
	if len(expr) > maxExpression {
		return tooLarge("its expression for frames to leave out has more than %d bytes", maxExpression)
	}
	if expr == "" {
		return nil
	}
	tree, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return nil
	}
	size := programSize(tree)
	if size > maxProgram || size*names > maxMatching {
		return tooLarge("its expression for frames to leave out would take too long to match")
	}
	return nil
}

// programSize estimates the number of instructions an expression compiles to.
func programSize(re *syntax.Regexp) int64 {
	n := int64(1)
	switch re.Op {
	case syntax.OpLiteral:
		n = int64(len(re.Rune))
	case syntax.OpCharClass:
		n += int64(len(re.Rune)) / 16
	}
	for _, sub := range re.Sub {
		n += programSize(sub)
	}
	if re.Op == syntax.OpRepeat {
		n *= int64(max(re.Min, re.Max, 1))
	}
	return n
}
