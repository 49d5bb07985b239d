package cost

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/skipcost/skipcost/arch/rewrite"
)

// selected picks links by number, range of numbers, kind or name, and all skips if nothing is asked for. A kind means its links but
// for conditioning.
func selected(e *rewrite.Editor, only []string) ([]rewrite.Link, error) {
	if len(only) == 0 {
		return e.Skips(), nil
	}
	chosen := make([]bool, len(e.Links()))
	for _, key := range only {
		found := false
		means, err := meaning(key)
		if err != nil {
			return nil, err
		}
		for k := range e.Links() {
			if means(&e.Links()[k]) {
				chosen[k], found = true, true
			}
		}
		if !found {
			return nil, fmt.Errorf("no skip has the number, kind or name %q", key)
		}
	}
	var out []rewrite.Link
	for k, l := range e.Links() {
		if chosen[k] {
			out = append(out, l)
		}
	}
	return out, nil
}

// meaning says which links a key means. Two numbers with a dash between them are a range, both ends included.
func meaning(key string) (func(*rewrite.Link) bool, error) {
	first, last, dash := strings.Cut(key, "-")
	from, err := strconv.Atoi(first)
	if err != nil {
		return func(l *rewrite.Link) bool {
			return l.Merge.Name == key || l.Class != rewrite.Conditioning && l.Merge.Kind.Name == key
		}, nil
	}
	to := from
	if dash {
		if to, err = strconv.Atoi(last); err != nil {
			return nil, fmt.Errorf("%q is no range of numbers, as in 7-9", key)
		}
	}
	if to < from {
		return nil, fmt.Errorf("the range %q is empty: %d is less than %d", key, to, from)
	}
	return func(l *rewrite.Link) bool { return from <= l.ID && l.ID <= to }, nil
}
