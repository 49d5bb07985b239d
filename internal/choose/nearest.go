package choose

import (
	"strings"
)

// Nearest returns the candidate that a misspelt name most likely means, or an empty string if none is near: at most one
// edit in three letters, ignoring case; nothing is near a name of more than 64 bytes.
func Nearest(name string, candidates []string) string {
	if len(name) > maxSpelling {
		return ""
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
	return best
}

// maxSpelling is the longest name, in bytes, whose spelling is looked into: it bounds the work on hostile names.
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
