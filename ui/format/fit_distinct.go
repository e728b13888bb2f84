package format

import "strings"

// FitDistinct shortens texts to w columns with fit. Texts that would become equal are kept
// distinct: their beginning is followed by the first part in which they differ. Parts
// are separated by sep:
//
//	server.Insert ‹ … ‹ route.process
//	server.Insert ‹ … ‹ client.process
//
// Equal texts stay equal.
func FitDistinct(texts []string, w int, sep string, fit func(string, int) string) []string {
	out := make([]string, len(texts))
	same := map[string][]int{} // texts by their short form
	for i, t := range texts {
		out[i] = fit(t, w)
		same[out[i]] = append(same[out[i]], i)
	}
	for _, group := range same {
		if len(group) > 1 {
			tellApart(out, texts, group, w, sep)
		}
	}
	return out
}

// tellApart shortens the texts of a group so that they differ.
func tellApart(out, texts []string, group []int, w int, sep string) {
	parts := make([][]string, len(group))
	for i, at := range group {
		parts[i] = strings.Split(texts[at], sep)
	}
	n := commonParts(parts)
	if n == 0 {
		return // they differ where fit cuts
	}
	gap := sep
	if n > 1 {
		gap += ellipsis + sep
	}
	for i, at := range group {
		if n >= len(parts[i]) { // the shortest is a prefix of the others
			continue
		}
		room := w - Width(gap)
		head := FitFunc(parts[i][0], max(room/2, room-Width(parts[i][n])))
		tail := fitParts(parts[i][n:], sep, room-Width(head))
		out[at] = Fit(head+gap+tail, w)
	}
}

// fitParts shortens parts to w columns: the first one from the left, the others from
// the right.
func fitParts(parts []string, sep string, w int) string {
	if Width(parts[0]) > w {
		return FitFunc(parts[0], w)
	}
	if all := strings.Join(parts, sep); Width(parts[0])+Width(ellipsis) <= w || Width(all) <= w {
		return Fit(all, w)
	}
	return parts[0]
}

// commonParts returns how many parts all texts begin with.
func commonParts(all [][]string) int {
	for n := 0; ; n++ {
		for _, p := range all {
			if n >= len(p) || p[n] != all[0][n] {
				return n
			}
		}
	}
}
