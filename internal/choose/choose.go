// Package choose finds what a name means among those that are known, and says what was likely meant where it is none of them.
//
// Every floor of the program reads names: symbols and layers of a file, link patterns, costs, formats and commands of a command
// line. The package stands below all of them, imports none, and knows nothing of networks.
package choose

import (
	"fmt"
	"slices"
	"strings"
)

// UnknownError is a name that none of those to choose from has.
type UnknownError struct {
	What    string // what was to be chosen, as in "unknown dtype"
	Name    string
	Nearest string   // what was likely meant; empty if nothing is near
	Shown   []string // what may be chosen
}

// Error names what was likely meant, or else all that is known.
func (e *UnknownError) Error() string {
	return fmt.Sprintf("unknown %s %q, %s", e.What, e.Name, Meant(e.Nearest, List("known are", e.Shown)))
}

// Named is the one of all that has a name; names lists those of one, the first of which is shown. The error is *UnknownError.
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

// Hint asks for the known name that was likely meant, or says something else where none is near.
func Hint(name string, known []string, otherwise string) string {
	return Meant(Nearest(name, known), otherwise)
}

// Meant asks for a name that was likely meant, or says something else where it is empty.
func Meant(nearest, otherwise string) string {
	if nearest != "" {
		return fmt.Sprintf("did you mean %s?", nearest)
	}
	return otherwise
}

// List says what may be chosen, as in "symbols are L, N"; nothing where there is nothing.
func List(what string, known []string) string {
	if len(known) == 0 {
		return ""
	}
	return what + " " + strings.Join(known, ", ")
}
