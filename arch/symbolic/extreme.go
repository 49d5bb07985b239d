package symbolic

import (
	"slices"
	"sort"
	"strings"
)

// extreme is the kind of min and max.
type extreme struct {
	opaque
	which extremeName
	args  []Expr // at least two, not all numbers
}

type extremeName string

const (
	minimum extremeName = "min"
	maximum extremeName = "max"
)

// beats reports whether a is nearer to the extreme than b.
func (n extremeName) beats(a, b number) bool {
	sign := a.sub(b).sign()
	return n == minimum && sign < 0 || n == maximum && sign > 0
}

// Min is the least of its arguments; it stays a function of them until all are numbers.
func Min(es ...Expr) Expr { return minimum.of(es) }

// Max is the greatest of its arguments.
func Max(es ...Expr) Expr { return maximum.of(es) }

func (n extremeName) of(es []Expr) Expr {
	var constant *number
	open := map[string]Expr{}
	for _, e := range n.flatten(es) {
		c := e.constant()
		switch {
		case e.Err() != nil:
			return e
		case !e.isConstant():
			open[e.key()] = e
		case constant == nil || n.beats(c, *constant):
			constant = &c
		}
	}
	keys := make([]string, 0, len(open))
	for k := range open {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	var args []Expr
	for _, k := range keys {
		args = append(args, open[k])
	}
	if constant != nil {
		args = append(args, constantOf(*constant))
		keys = append(keys, constant.String())
	}
	if args = n.rest(args); len(args) < len(keys) {
		return n.of(args)
	}
	switch len(args) {
	case 0:
		return failf("the extreme of nothing is not defined")
	case 1:
		return args[0]
	}
	key := string(n) + "(" + strings.Join(keys, ",") + ")"
	return newAtom(extreme{which: n, args: args}, key, "~"+key, args...).expr().limited()
}

// maxCompared is how many arguments of an extreme are compared one by one.
const maxCompared = 16

// rest is the arguments without those that another one surely beats, as they differ by a number, or by an expression of indices alone.
func (n extremeName) rest(args []Expr) []Expr {
	if len(args) > maxCompared {
		return args
	}
	return slices.DeleteFunc(slices.Clone(args), func(a Expr) bool {
		return slices.ContainsFunc(args, func(b Expr) bool {
			better := b.Sub(a)
			if n == minimum {
				better = better.Neg()
			}
			return !better.IsZero() && better.indexNeverNegative()
		})
	})
}

// flatten opens min(min(a, b), c).
func (n extremeName) flatten(es []Expr) []Expr {
	var out []Expr
	for _, e := range es {
		coef, f, ok := e.single()
		if inner, same := n.inside(f); ok && same && coef.isOne() && e.constant().isZero() {
			out = append(out, inner...)
			continue
		}
		out = append(out, e)
	}
	return out
}

// inside is the arguments of a factor that is the same extreme itself.
func (n extremeName) inside(f factor) ([]Expr, bool) {
	if f.atom == nil || f.power != 1 {
		return nil, false
	}
	x, ok := f.atom.kind.(extreme)
	return x.args, ok && x.which == n
}

func (x extreme) isWhole() bool {
	for _, a := range x.args {
		if !a.IsWhole() {
			return false
		}
	}
	return true
}

// neverNegative: of the greatest it is enough that one argument never is, of the least all must be so.
func (x extreme) neverNegative() bool {
	if x.which == maximum {
		return slices.ContainsFunc(x.args, Expr.NeverNegative)
	}
	return !slices.ContainsFunc(x.args, func(a Expr) bool { return !a.NeverNegative() })
}

func (x extreme) substitute(b Bindings) Expr {
	args := make([]Expr, len(x.args))
	for k, a := range x.args {
		args[k] = a.Substitute(b)
	}
	return x.which.of(args)
}

func (x extreme) growth(f factor, in []string) []Expr { return ordersOf(x.args, f.power, in) }

func (x extreme) period(name string) int64 {
	out := int64(1)
	for _, a := range x.args {
		out = commonPeriod(out, a.period(name))
	}
	return out
}

func (x extreme) write(s *style) string {
	parts := make([]string, len(x.args))
	for k, a := range x.args {
		parts[k] = s.best(a, 0)
	}
	return s.function(string(x.which), parts...)
}
