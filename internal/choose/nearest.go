package choose

import (
	"strings"
)

// Nearest returns the candidate that a misspelt name most likely means, or an empty string if none is near: the shortest that
// the name, of three letters or more, begins, or else one at most one edit in three letters away, or else one that begins like the
// name for most of its own length. Case is ignored, and nothing is near a name of more than 64 bytes.
func Nearest(name string, candidates []string) string {
	if len(name) > maxSpelling {
		return ""
	}
	if whole := completion(name, candidates); whole != "" {
		return whole
	}
	best, bestDistance := "", len(name)/3+1
	for _, c := range candidates {
		if len(c) > maxSpelling {
			continue
		}
		d := editDistance(strings.ToLower(name), strings.ToLower(c))
		if d < bestDistance || d == 0 {
			best, bestDistance = c, d
		}
	}
	if best == "" {
		return kin(name, candidates)
	}
	return best
}

// kin is the candidate with the longest beginning in common with a name, of at least leastKin letters and three quarters of its
// own, as params has with parameters; of equals the first.
func kin(name string, candidates []string) string {
	best, most := "", 0
	for _, c := range candidates {
		shared := 0
		for shared < len(name) && shared < len(c) && strings.EqualFold(name[shared:shared+1], c[shared:shared+1]) {
			shared++
		}
		if shared >= leastKin && 4*shared >= 3*len(c) && shared*max(len(best), 1) > most*len(c) {
			best, most = c, shared
		}
	}
	return best
}

// leastKin is the least length, in bytes, of a common beginning of two names with the same meaning.
const leastKin = 4

// completion is the shortest candidate that begins with a name; of equals the first.
func completion(name string, candidates []string) string {
	best := ""
	for _, c := range candidates {
		begun := len(name) >= leastBeginning && len(c) >= len(name) && strings.EqualFold(c[:len(name)], name)
		if begun && (best == "" || len(c) < len(best)) {
			best = c
		}
	}
	return best
}

// leastBeginning is the least length, in bytes, of a name that is completed.
const leastBeginning = 3

// maxSpelling is the longest name, in bytes, that is compared with others: it bounds the work on hostile names.
const maxSpelling = 64

// editDistance counts the letters to insert, delete, replace or swap with their neighbour (optimal string alignment).
func editDistance(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, last := make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := range x {
		row := make([]int, len(y)+1)
		row[0] = i + 1
		for j := range y {
			if x[i] == y[j] {
				row[j+1] = last[j]
				continue
			}
			row[j+1] = 1 + min(last[j], last[j+1], row[j])
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(y)]
}
