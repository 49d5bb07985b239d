package arch

import "strings"

// Nearest returns the candidate that a misspelt name most likely means, or an empty string if none is near: at most one
// edit in three letters, ignoring case.
func Nearest(name string, candidates []string) string {
	best, bestDistance := "", len(name)/3+1
	for _, c := range candidates {
		d := editDistance(strings.ToLower(name), strings.ToLower(c))
		if d < bestDistance || d == 0 {
			best, bestDistance = c, d
		}
	}
	return best
}

// maxSpelling bounds the work of editDistance on hostile names.
const maxSpelling = 64

// editDistance is the Levenshtein distance.
func editDistance(a, b string) int {
	x, y := []rune(a), []rune(b)
	if len(x) > maxSpelling || len(y) > maxSpelling {
		return maxSpelling
	}
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j := range y {
			cost := diagonal
			if x[i] != y[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(y)]
}
