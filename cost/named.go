package cost

import (
	"fmt"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch"
)

// named picks the one that has a name; names lists those of one, the first of which is shown.
func named[T any](what, name string, all []T, names func(T) []string) (T, error) {
	var known, shown []string
	for _, one := range all {
		own := names(one)
		if slices.Contains(own, name) {
			return one, nil
		}
		known, shown = append(known, own...), append(shown, own[0])
	}
	var none T
	if near := arch.Nearest(name, known); near != "" {
		return none, fmt.Errorf("unknown %s %q, did you mean %s?", what, name, near)
	}
	return none, fmt.Errorf("unknown %s %q, known are %s", what, name, strings.Join(shown, ", "))
}
