package arch

import (
	"maps"
	"math/big"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// arguments binds what a layer was told and fills in the defaults.
func (r *resolver) arguments(pos Pos, l *Layer, in *Value, sc *scope) (Args, bool) {
	a := Args{parameters: l.Kind.Parameters, values: make([][]symbolic.Expr, len(l.Kind.Parameters))}
	ok := true
	for k := range l.Kind.Parameters {
		p := &l.Kind.Parameters[k]
		given, is := l.Args[p.Name]
		switch {
		case is:
			var values []symbolic.Expr
			var right bool
			if values, right = r.argument(l, p, given, in, sc); right && given.Word != "" {
				a.setWord(p.Name, given.Word)
			}
			a.values[k] = values
			ok = ok && right
		case p.Required:
			r.problem(pos, "", "%s needs %s, the %s", l.Kind.Name, p.Name, p.Doc)
			ok = false
		case p.SameAs != "":
			a.values[k] = a.Axes(p.SameAs)
		case p.Word != "":
			a.setWord(p.Name, p.Word)
		case p.Type.PerAxis():
			a.values[k] = repeated(p.Default, axisCount(in.Shape))
		default:
			a.values[k] = []symbolic.Expr{p.Default}
		}
	}
	return a, ok
}

func (a *Args) setWord(name, word string) {
	if a.words == nil {
		a.words = map[string]string{}
	}
	a.words[name] = word
}

// argument is the value of one argument, for each axis where it has one; nil where it is a word.
func (r *resolver) argument(l *Layer, p *Parameter, given Argument, in *Value, sc *scope) ([]symbolic.Expr, bool) {
	if given.Word != "" {
		return nil, r.word(l, p, given)
	}
	values := make([]symbolic.Expr, len(given.Values))
	for k, e := range given.Values {
		v, ok := r.evaluate(e, in, sc)
		if !ok || !r.inRange(l.Kind, p, e, v) {
			return nil, false
		}
		values[k] = v
	}
	axes := 0
	if in != nil {
		axes = axisCount(in.Shape)
	}
	switch {
	case p.Type == Dims && len(values) > MaxExtents+1:
		r.problem(given.Pos, "", "%s: %s has %d values; a shape has a width and at most %d extents", l.Kind.Name, p.Name, len(values), MaxExtents)
		return nil, false
	case p.Type == Dims:
	case p.Type.PerAxis() && len(values) == 1:
		values = repeated(values[0], axes)
	case p.Type.PerAxis() && len(values) != axes:
		r.problem(given.Pos, "give one value for all axes or one per axis", "%s: %s has %d values for %d axes", l.Kind.Name, p.Name, len(values), axes)
		return nil, false
	case !p.Type.PerAxis() && len(values) != 1:
		r.problem(given.Pos, "", "%s: %s takes one value, not %d", l.Kind.Name, p.Name, len(values))
		return nil, false
	}
	return values, true
}

// word checks that a word may stand in place of a number.
func (r *resolver) word(l *Layer, p *Parameter, given Argument) bool {
	if p.Type == Sharing || slices.Contains(p.Words, given.Word) {
		return true
	}
	hint := ""
	if len(p.Words) > 0 {
		hint = "it may be " + strings.Join(p.Words, " or ")
	}
	r.problem(given.Pos, hint, "%s: %s cannot be %q", l.Kind.Name, p.Name, given.Word)
	return false
}

// inRange refuses values that the type excludes, and notes that what is not provably whole must be.
func (r *resolver) inRange(kind *Kind, p *Parameter, e Expression, v symbolic.Expr) bool {
	if n, ok := v.Int64(); ok && (n == 1 || n > 1 && p.Type != Share && p.Type != Flag && p.Type != Sharing) {
		return true
	}
	what := kind.Name + ": " + p.Name
	switch t := p.Type; t {
	case Share, Flag, Sharing:
		q, ok := v.Rational()
		if ok && (q.Sign() < 0 || q.Cmp(one) > 0 || t != Share && !q.IsInt()) {
			r.problem(e.Pos, "", "%s is %s, but must be %s", what, v.Text(), map[ParameterType]string{Share: "from 0 to 1", Flag: "true or false (1 or 0)", Sharing: "true or false (1 or 0), or a name"}[t])
			return false
		}
		return true
	case Size, SizePerAxis:
		return r.wholeArgument(what, e, v, 0)
	default:
		return r.wholeArgument(what, e, v, 1)
	}
}

func (r *resolver) wholeArgument(what string, e Expression, v symbolic.Expr, least int64) bool {
	if n, ok := v.Int64(); ok && n >= least {
		return true
	}
	if q, ok := v.Rational(); ok {
		if q.IsInt() && q.Num().Cmp(big.NewInt(least)) >= 0 {
			return true
		}
		if len(e.Symbols()) > 0 {
			what += " = " + e.Text()
		}
		return r.whole(e.Pos, what, v, least)
	}
	if !e.IsWhole() && !v.IsWhole() {
		// Statements about a loop's index follow from those about its first iterations.
		r.assume(v, "%s is a whole number", v.Text())
	}
	return true
}

// with is the arguments with some single-valued ones changed.
func (a Args) with(changed map[string]symbolic.Expr) Args {
	out := Args{parameters: a.parameters, values: slices.Clone(a.values), words: a.words}
	for name, v := range changed {
		if k := a.index(name); k >= 0 {
			out.values[k] = []symbolic.Expr{v}
		}
	}
	return out
}

// withoutWord is the arguments without a word that was given for one of them.
func (a Args) withoutWord(name string) Args {
	if a.words[name] == "" {
		return a
	}
	out := a
	out.words = maps.Clone(a.words)
	delete(out.words, name)
	return out
}

// withAxes is the arguments with one list changed.
func (a Args) withAxes(name string, values []symbolic.Expr) Args {
	out := Args{parameters: a.parameters, values: slices.Clone(a.values), words: a.words}
	if k := a.index(name); k >= 0 {
		out.values[k] = values
	}
	return out
}
