package cost

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/skipcost/skipcost/arch/rewrite"
	"github.com/skipcost/skipcost/internal/choose"
)

// SelectionError is the error for a choice of links that no link of the network matches. Its hint lists the links.
type SelectionError struct{ Message, Hint string }

// Error is the message; the hint stands apart.
func (e *SelectionError) Error() string { return e.Message }

// selected picks links by number, range of numbers, kind or name, and all skips if nothing is given. A kind means all its links
// except conditioning. The error is *SelectionError.
func selected(e *rewrite.Editor, only []string) ([]rewrite.Link, error) {
	if len(only) == 0 {
		return e.Skips(), nil
	}
	chosen := make([]bool, len(e.Links()))
	for _, key := range only {
		found := false
		means, ends, err := meaning(key)
		if err != nil {
			return nil, err
		}
		for k := range e.Links() {
			if means(&e.Links()[k]) {
				chosen[k], found = true, true
			}
		}
		if !found {
			return nil, notThere(key, e.Links())
		}
		for _, n := range ends {
			if n < 1 || n > len(e.Links()) {
				return nil, notThere(strconv.Itoa(n), e.Links())
			}
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

// notThere is the error of a key that no link has.
func notThere(key string, links []rewrite.Link) error {
	if len(links) == 0 {
		return &SelectionError{Message: "the network has no links"}
	}
	if number, _, _ := strings.Cut(key, "-"); isNumber(number) {
		return &SelectionError{Message: "no link has the number " + key, Hint: fmt.Sprintf("links are 1 to %d", len(links))}
	}
	var known []string
	for _, l := range links {
		known = append(known, l.Merge.Name, l.Kind())
	}
	return &SelectionError{
		Message: fmt.Sprintf("no link has the kind or name %q", key),
		Hint:    choose.Hint(key, known, fmt.Sprintf("links are 1 to %d, or known by a kind, as add, or by the name that skipcost skips lists", len(links))),
	}
}

func isNumber(text string) bool {
	_, err := strconv.Atoi(text)
	return err == nil
}

// meaning is a condition for the links that a key means, and the numbers in the key. Two numbers with a dash between them are a
// range, both ends included.
func meaning(key string) (means func(*rewrite.Link) bool, ends []int, err error) {
	first, last, dash := strings.Cut(key, "-")
	from, err := strconv.Atoi(first)
	if err != nil {
		return func(l *rewrite.Link) bool {
			return l.Merge.Name == key || l.Class != rewrite.Conditioning && l.Is(key)
		}, nil, nil
	}
	to := from
	if dash {
		if to, err = strconv.Atoi(last); err != nil {
			return nil, nil, &SelectionError{Message: fmt.Sprintf("%q is no range of numbers", key), Hint: "as in 7-9"}
		}
	}
	if to < from {
		return nil, nil, &SelectionError{Message: fmt.Sprintf("the range %q is empty: %d is less than %d", key, to, from)}
	}
	return func(l *rewrite.Link) bool { return from <= l.ID && l.ID <= to }, []int{from, to}, nil
}
