package trace

import (
	"math/big"
	"slices"
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// arguments evaluates the arguments of a layer and fills in the defaults.
func (r *resolver) arguments(pos arch.Pos, l *arch.Layer, in *Value, sc *scope) (arch.Args, bool) {
	if !inNumbers(l) {
		return r.allArguments(pos, l, in, sc)
	}
	as := told{l, len(in.Shape.Extents)}
	a, known := r.told[as]
	if known {
		return a, true
	}
	a, ok := r.allArguments(pos, l, in, sc)
	if ok {
		r.told[as] = a
	}
	return a, ok
}

func (r *resolver) allArguments(pos arch.Pos, l *arch.Layer, in *Value, sc *scope) (arch.Args, bool) {
	a := arch.NewArgs(l.Kind)
	ok := true
	for k := range l.Kind.Parameters {
		p := &l.Kind.Parameters[k]
		given, is := l.Args[p.Name]
		switch {
		case is:
			var values []symbolic.Expr
			var right bool
			if values, right = r.argument(l, p, given, in, sc); right && given.Word != "" {
				a.SetWord(p.Name, given.Word)
			}
			a.Set(k, values)
			ok = ok && right
		case p.Required:
			r.problem(pos, "", "%s needs %s, the %s", l.Kind.Name, p.Name, p.Doc)
			ok = false
		case p.While != arch.AsEver && r.network.Generating != nil:
			e := p.While.Of(r.network.Generating)
			v := e.Substitute(r.symbols)
			a.Set(k, []symbolic.Expr{v})
			ok = ok && r.inRange(l.Kind, p, e, v)
		case p.SameAs != "":
			a.Set(k, a.Axes(p.SameAs))
		case p.Word != "":
			a.SetWord(p.Name, p.Word)
		case p.Type.PerAxis():
			a.Set(k, slices.Repeat([]symbolic.Expr{p.Default}, len(in.Shape.Extents)))
		default:
			a.Set(k, []symbolic.Expr{p.Default})
		}
	}
	return a, ok
}

// argument is the value of one argument, for each axis where it has one; nil where it is a word.
func (r *resolver) argument(l *arch.Layer, p *arch.Parameter, given arch.Argument, in *Value, sc *scope) ([]symbolic.Expr, bool) {
	if given.Word != "" {
		return nil, r.word(l, p, given)
	}
	values := make([]symbolic.Expr, len(given.Values))
	for k, e := range given.Values {
		v, ok := r.evaluate(e, in, sc)
		if n, is := v.Int64(); ok && is && n == -1 && p.Type == arch.Dims {
			r.problem(e.Pos, r.leftOver(l.Kind, given, k, in, sc), "%s: %s is −1, but each of its numbers is written out", l.Kind.Name, p.Name)
			return nil, false
		}
		if !ok || !r.inRange(l.Kind, p, e, v) {
			return nil, false
		}
		values[k] = v
	}
	axes := 0
	if in != nil {
		axes = len(in.Shape.Extents)
	}
	switch {
	case p.Type == arch.Dims && len(values) > arch.MaxExtents+1:
		r.problem(given.Pos, "", "%s: %s has %d values; a shape has a width and at most %d extents", l.Kind.Name, p.Name, len(values), arch.MaxExtents)
		return nil, false
	case p.Type == arch.Dims:
	case p.Type.PerAxis() && len(values) == 1:
		values = slices.Repeat([]symbolic.Expr{values[0]}, axes)
	case p.Type.PerAxis() && len(values) != axes:
		r.problem(given.Pos, "give one value for all axes or one per axis", "%s: %s has %d values for %d axes", l.Kind.Name, p.Name, len(values), axes)
		return nil, false
	case !p.Type.PerAxis() && len(values) != 1:
		r.problem(given.Pos, "", "%s: %s takes one value, not %d", l.Kind.Name, p.Name, len(values))
		return nil, false
	}
	return values, true
}

// leftOver is the hint for a number of a shape that is −1, by which other tools mean what is left of the values, or what is there.
func (r *resolver) leftOver(kind *arch.Kind, given arch.Argument, at int, in *Value, sc *scope) string {
	if !kind.Reshapes || in == nil {
		return "c is the width that comes in, and extent(x) an extent of the tensor x"
	}
	rest := in.Shape.Elements()
	for k, e := range given.Values {
		v, ok := r.evaluate(e, in, sc)
		if k != at && ok && !v.IsZero() {
			rest = rest.Div(v)
		}
	}
	if _, number := rest.Rational(); number && !rest.IsWhole() {
		return "the other numbers do not divide the values of " + in.Shape.Text()
	}
	return "of " + in.Shape.Text() + " it is " + rest.Text()
}

// word checks that a word may stand in place of a number.
func (r *resolver) word(l *arch.Layer, p *arch.Parameter, given arch.Argument) bool {
	if p.Type == arch.Sharing || p.Type == arch.Tensor || slices.Contains(p.Words, given.Word) {
		return true
	}
	if p.Type == arch.Initial {
		_, err := arch.ParseInit(given.Word)
		if err != nil {
			r.problem(given.Pos, "", "%s: %v", l.Kind.Name, err)
		}
		return err == nil
	}
	hint := ""
	if len(p.Words) > 0 {
		hint = "it may be " + strings.Join(p.Words, " or ")
	}
	r.problem(given.Pos, hint, "%s: %s cannot be %q", l.Kind.Name, p.Name, given.Word)
	return false
}

// inRange refuses values that the type excludes, and adds the assumption that a value is whole where that is not certain.
func (r *resolver) inRange(kind *arch.Kind, p *arch.Parameter, e arch.Expression, v symbolic.Expr) bool {
	if n, ok := v.Int64(); ok && p.Type.Takes(n) {
		return true
	}
	what := kind.Name + ": " + p.Name
	switch t := p.Type; t {
	case arch.Share, arch.Flag, arch.Sharing:
		q, ok := v.Rational()
		if ok && (q.Sign() < 0 || q.Cmp(big.NewRat(1, 1)) > 0 || t != arch.Share && !q.IsInt()) {
			r.problem(e.Pos, "", "%s is %s, but must be %s", what, v.Text(), map[arch.ParameterType]string{arch.Share: "from 0 to 1", arch.Flag: "true or false (1 or 0)", arch.Sharing: "true or false (1 or 0), or a name"}[t])
			return false
		}
		return true
	case arch.Factor:
		if sign, ok := v.Sign(); ok && sign < 0 {
			r.problem(e.Pos, "", "%s is %s, but must be at least 0", what, v.Text())
			return false
		}
		return true
	case arch.Size, arch.SizePerAxis:
		return r.wholeArgument(what, e, v, 0)
	case arch.Dims:
		least := int64(1)
		if kind.MayBeEmpty {
			least = 0
		}
		return r.wholeArgument(what, e, v, least)
	default:
		return r.wholeArgument(what, e, v, 1)
	}
}

func (r *resolver) wholeArgument(what string, e arch.Expression, v symbolic.Expr, least int64) bool {
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
		// Assumptions about a loop's index follow from those about its first iterations.
		r.assumeWhole(v)
	}
	for _, end := range r.around.Ends(v) {
		if _, constant := end.Rational(); constant && !r.wholeArgument(what, e, end, least) {
			return false
		}
	}
	return true
}
