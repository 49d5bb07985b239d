package arch

import (
	"maps"
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// Args are the arguments of an operation with all defaults filled in and every expression bound as far as the network is.
type Args struct {
	parameters []Parameter       // of the kind
	values     [][]symbolic.Expr // for each of them; nil where a word was given
	words      map[string]string
}

// Value is a single-valued argument; 0 for one that the kind does not have.
func (a Args) Value(name string) symbolic.Expr {
	if v := a.Axes(name); len(v) > 0 {
		return v[0]
	}
	return symbolic.Expr{}
}

// Axes is a per-axis argument, one value for each spatial extent of the input.
func (a Args) Axes(name string) []symbolic.Expr {
	if k := a.index(name); k >= 0 {
		return a.values[k]
	}
	return nil
}

// Word is the word given for an argument, or empty where numbers were given.
func (a Args) Word(name string) string { return a.words[name] }

// Has reports whether the kind has the argument at all.
func (a Args) Has(name string) bool { return a.index(name) >= 0 }

// index is the place of a parameter; -1 if the kind does not have it. There are few, so that a search beats a map.
func (a Args) index(name string) int {
	for k := range a.parameters {
		if a.parameters[k].Name == name {
			return k
		}
	}
	return -1
}

// NewArgs are arguments of a kind, none of them given yet.
func NewArgs(k *Kind) Args {
	return Args{parameters: k.Parameters, values: make([][]symbolic.Expr, len(k.Parameters))}
}

// For is the arguments of another kind: those that both kinds take, and the defaults of the others.
func (a Args) For(k *Kind) Args {
	out := NewArgs(k)
	for at, p := range k.Parameters {
		switch values := a.Axes(p.Name); {
		case a.Word(p.Name) != "":
			out.SetWord(p.Name, a.Word(p.Name))
		case values != nil:
			out.Set(at, values)
		case p.Word != "":
			out.SetWord(p.Name, p.Word)
		default:
			out.Set(at, []symbolic.Expr{p.Default})
		}
	}
	return out
}

// Set gives the k-th parameter of the kind its values.
func (a *Args) Set(k int, values []symbolic.Expr) { a.values[k] = values }

// SetWord gives a parameter a word in place of numbers.
func (a *Args) SetWord(name, word string) {
	if a.words == nil {
		a.words = map[string]string{}
	}
	a.words[name] = word
}

// With is the arguments with some single-valued ones changed.
func (a Args) With(changed map[string]symbolic.Expr) Args {
	out := Args{parameters: a.parameters, values: slices.Clone(a.values), words: a.words}
	for name, v := range changed {
		if k := a.index(name); k >= 0 {
			out.values[k] = []symbolic.Expr{v}
		}
	}
	return out
}

// Substitute binds names in all values, and lists the parameters whose values changed.
func (a Args) Substitute(b symbolic.Bindings) (out Args, changed []int) {
	out = a
	for k, values := range a.values {
		for at, v := range values {
			now := v.Substitute(b)
			if now.Equal(v) {
				continue
			}
			if len(changed) == 0 {
				out.values = slices.Clone(a.values)
			}
			if len(changed) == 0 || changed[len(changed)-1] != k {
				changed = append(changed, k)
				out.values[k] = slices.Clone(values)
			}
			out.values[k][at] = now
		}
	}
	return out, changed
}

// WithoutWord is the arguments without a word that was given for one of them.
func (a Args) WithoutWord(name string) Args {
	if a.words[name] == "" {
		return a
	}
	out := a
	out.words = maps.Clone(a.words)
	delete(out.words, name)
	return out
}

// WithAxes is the arguments with one list changed.
func (a Args) WithAxes(name string, values []symbolic.Expr) Args {
	out := Args{parameters: a.parameters, values: slices.Clone(a.values), words: a.words}
	if k := a.index(name); k >= 0 {
		out.values[k] = values
	}
	return out
}

// WidthOr is an argument whose default is the incoming width.
func (a Args) WidthOr(name string, incoming symbolic.Expr) symbolic.Expr {
	if a.Word(name) == AsWide {
		return incoming
	}
	return a.Value(name)
}
