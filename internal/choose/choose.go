// Package choose looks a name up among known ones, and says which one was likely meant where it is none of them.
//
// Every floor of the program reads names: symbols and layers of a file, link patterns, costs, formats and commands of a command
// line. The package stands below all of them, imports none, and knows nothing of networks.
package choose

import (
	"fmt"
	"slices"
	"strings"
)

// UnknownError is the error for a name that is none of those to choose from.
type UnknownError struct {
	What    string // the kind of thing, as in "unknown dtype"
	Name    string
	Nearest string   // what was likely meant; empty if nothing is near
	Shown   []string // what may be chosen
}

// Error names what was likely meant, or else all that is known.
func (e *UnknownError) Error() string {
	return fmt.Sprintf("unknown %s %q, %s", e.What, e.Name, Meant(e.Nearest, List("known are", e.Shown)))
}

// Named is the one of all that has a name; names lists the names of one, of which messages show the first. The error is
// *UnknownError.
func Named[T any](what, name string, all []T, names func(T) []string) (T, error) {
	var known, shown []string
	for _, one := range all {
		own := names(one)
		if slices.Contains(own, name) {
			return one, nil
		}
		known, shown = append(known, own...), append(shown, own[0])
	}
	var none T
	return none, &UnknownError{What: what, Name: name, Nearest: Nearest(name, known), Shown: shown}
}

// Word is the one of all that is spelled like a name. The error is *UnknownError.
func Word[T ~string](what, name string, all []T) (T, error) {
	return Named(what, name, all, func(w T) []string { return []string{string(w)} })
}

// Hint is a question for the known name that was likely meant, or another text where none is near.
func Hint(name string, known []string, otherwise string) string {
	return Meant(Nearest(name, known), otherwise)
}

// Meant is a question for the name that was likely meant, or another text where that is empty.
func Meant(nearest, otherwise string) string {
	if nearest != "" {
		return fmt.Sprintf("did you mean %s?", nearest)
	}
	return otherwise
}

// List lists what may be chosen, as in "symbols are L, N"; empty where there is nothing to choose.
func List(what string, known []string) string {
	if len(known) == 0 {
		return ""
	}
	return what + " " + strings.Join(known, ", ")
}
