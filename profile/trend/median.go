package trend

import "slices"

// MedianOf returns the median of numbers, which it reorders: the mean of the middle two if
// their number is even, and 0 if there are none. It selects (Hoare, Algorithm 65: Find,
// Communications of the ACM 4, 1961) instead of sorting.
func MedianOf(s []float64) float64 {
	if len(s) == 0 {
		return 0
	}
	middle := len(s) / 2
	for lo, hi := 0, len(s)-1; lo < hi; {
		pivot := s[(lo+hi)/2]
		i, j := lo, hi
		for i <= j {
			for s[i] < pivot {
				i++
			}
			for pivot < s[j] {
				j--
			}
			if i <= j {
				s[i], s[j] = s[j], s[i]
				i++
				j--
			}
		}
		if middle <= j {
			hi = j
		} else if middle >= i {
			lo = i
		} else {
			break
		}
	}
	if len(s)%2 == 1 {
		return s[middle]
	}
	return (slices.Max(s[:middle]) + s[middle]) / 2
}
