package fleet

import "strings"

// DistinctNames returns the part of each name in which it differs from the others:
// "7d9f6-x2" of "shop/checkout-7d9f6-x2 app:6060". Names are cut only between words.
// Equal names are returned whole.
func DistinctNames(names []string) []string {
	out := append([]string(nil), names...)
	if len(names) < 2 {
		return out
	}
	before, after := commonWords(names)
	for i, n := range names {
		if short := n[before : len(n)-after]; short != "" {
			out[i] = short
		}
	}
	return out
}

// ShortHosts returns names of hosts without their domains, as "hostname -s" does, if they
// still differ then. Addresses stay as they are.
func ShortHosts(names []string) []string {
	out, of := make([]string, len(names)), map[string]string{}
	for i, n := range names {
		short, _, _ := strings.Cut(n, ".")
		if strings.Trim(short, "0123456789") == "" {
			short = n
		}
		if other, ok := of[short]; ok && other != n {
			return names
		}
		out[i], of[short] = short, n
	}
	return out
}

// isSeparator reports whether names may be cut at a character.
func isSeparator(c byte) bool { return strings.IndexByte("/-_.:@ =?&", c) >= 0 }

// commonWords returns the lengths of the beginning and of the end that all names have in
// common.
func commonWords(names []string) (before, after int) {
	first := names[0]
	shortest := len(first)
	before, after = len(first), len(first)
	for _, n := range names[1:] {
		shortest = min(shortest, len(n))
		i := 0
		for i < min(before, len(n)) && n[i] == first[i] {
			i++
		}
		before = i
		i = 0
		for i < min(after, len(n)) && n[len(n)-1-i] == first[len(first)-1-i] {
			i++
		}
		after = i
	}
	for before > 0 && !isSeparator(first[before-1]) {
		before--
	}
	if before > 0 && first[before-1] == ':' {
		before-- // a port alone looks like a number
	}
	for after > 0 && !isSeparator(first[len(first)-after]) {
		after--
	}
	if before+after >= shortest {
		after = 0
	}
	if before >= shortest {
		before = 0
	}
	return before, after
}
