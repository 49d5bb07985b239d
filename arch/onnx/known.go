package onnx

import (
	"cmp"
	"slices"
)

// Operator describes an operator that is read.
type Operator struct {
	Domain     string // empty for the standard
	Name       string
	Arithmetic Arithmetic
	Weights    []int // inputs that are learned, counted from 0
}

// Operators lists the operators that are read: those of the standard first, then by name.
func Operators() []Operator {
	all := allOperators()
	out := make([]Operator, len(all))
	for k, o := range all {
		out[k] = Operator{Domain: o.domain, Name: o.name, Arithmetic: o.work, Weights: slices.Sorted(slices.Values(slices.Concat(o.weights, o.factors)))}
	}
	slices.SortFunc(out, func(a, b Operator) int { return cmp.Or(cmp.Compare(a.Domain, b.Domain), cmp.Compare(a.Name, b.Name)) })
	return out
}
