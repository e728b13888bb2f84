// Package spelling measures the distance between a misspelled name and one that exists.
package spelling

// Distance returns the Levenshtein distance of the first hundred bytes of a and b.
func Distance(a, b string) int {
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
