// Package spelling finds the name that a misspelled one means.
package spelling

// distance returns the Levenshtein distance of the first hundred bytes of a and b.
func distance(a, b string) int {
	const maxLen = 100
	a, b = a[:min(len(a), maxLen)], b[:min(len(b), maxLen)]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
