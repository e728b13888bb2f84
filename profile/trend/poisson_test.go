package trend

import (
	"math"
	"testing"
)

func TestPoissonCDF(t *testing.T) {
	for _, tt := range []struct{ k, mean, want float64 }{
		{0, 0, 1},
		{0, 3, math.Exp(-3)},
		{1, 3, 4 * math.Exp(-3)},
		{2.5, 3, (4 + 4.5 + 4.5/2) * math.Exp(-3)},
		{10, 3, 0.99971},
		{300, 300, 0.512},
		{250, 300, 0.002},
		{-1, 3, 0},
	} {
		if got := PoissonCDF(tt.k, tt.mean); math.Abs(got-tt.want) > 0.003*max(1, tt.want) {
			t.Errorf("at most %v of %v: %v, want %v", tt.k, tt.mean, got, tt.want)
		}
	}
}
