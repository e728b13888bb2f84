package demo

// nearestName returns the known name with the smallest edit distance to name, or "" if
// none is close enough for a typo.
func nearestName(name string, known []string) string {
	best, minEdits := "", len(name)/2+1
	for _, k := range known {
		if d := editDistance(name, k); d < minEdits {
			best, minEdits = k, d
		}
	}
	return best
}

// editDistance returns the Levenshtein distance of a and b, in bytes.
func editDistance(a, b string) int {
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
