package trace

import (
	"fmt"
	"strings"

	"github.com/skipcost/skipcost/arch"
	"github.com/skipcost/skipcost/arch/symbolic"
)

// Assumption is a condition on the free symbols of a trace: where it does not hold the network is a different one, or there is
// none.
type Assumption struct {
	About symbolic.Expr
	Is    arch.Requirement
	Text  string // the condition in words
}

// Holds reports whether the assumption is true where all its symbols have values.
func (a Assumption) Holds(at symbolic.Bindings) bool {
	v, err := a.About.Evaluate(at)
	return err == nil && a.Is.Holds(v)
}

// Fails reports whether the assumption is known to be false where some of its symbols have values.
func (a Assumption) Fails(at symbolic.Bindings) bool {
	about := a.About.Substitute(at)
	_, known := about.Rational()
	return known && !Assumption{About: about, Is: a.Is}.Holds(nil)
}

// assume adds an assumption on the free symbols. It fails for one about symbols that only exist while a loop is being closed,
// which nobody could check.
func (r *resolver) assume(about symbolic.Expr, is arch.Requirement, format string, args ...any) bool {
	for _, name := range about.Symbols() {
		if strings.Contains(name, madeUp) {
			return false
		}
	}
	text := fmt.Sprintf(format, args...)
	for _, a := range r.assumptions {
		if a.Text == text {
			return true
		}
	}
	r.assumptions = append(r.assumptions, Assumption{about, is, text})
	return true
}

func (r *resolver) assumeWhole(e symbolic.Expr) bool {
	return r.assume(e, arch.Whole, "%s", arch.WholeText(e))
}

// Domain lists all conditions on the free symbols: the assumptions, that counts of repeats are not negative, and that every
// tensor has elements. A condition that depends on the index of a repeat is listed for the first and the last iteration.
func (t *Trace) Domain() []Assumption {
	out := append([]Assumption{}, t.Assumptions...)
	seen := map[string]bool{}
	require := func(e symbolic.Expr, around Spans) {
		ends := around.Ends(e)
		if len(ends) == 0 {
			ends = []symbolic.Expr{e}
		}
		for _, end := range ends {
			if key := end.ASCII(); !end.NeverNegative() && !seen[key] {
				seen[key] = true
				out = append(out, Assumption{end, arch.NotNegative, end.Text() + " ≥ 0"})
			}
		}
	}
	var visit func(nodes []Node, around Spans)
	visit = func(nodes []Node, around Spans) {
		for _, n := range nodes {
			switch n := n.(type) {
			case *Loop:
				require(n.Times, around)
				visit(n.Body, append(around[:len(around):len(around)], Span{Index: n.Index, Times: n.Times}))
			case *Operation:
				for _, d := range n.Output.Shape.Dims() {
					require(d.Sub(symbolic.Int(1)), around)
				}
			}
		}
	}
	visit(t.Body, nil)
	return out
}

// Shrinking lists the extents and widths that decrease from one iteration of a repeat to the next, at their values in the last:
// the network exists only where each is at least 1.
func (t *Trace) Shrinking() []symbolic.Expr {
	var out []symbolic.Expr
	seen := map[string]bool{}
	falls := func(d symbolic.Expr, around Span) {
		next := d.Substitute(symbolic.Bindings{around.Index: symbolic.Symbol(around.Index).Add(symbolic.Int(1))})
		if sign, known := next.Sub(d).Sign(); !known || sign >= 0 {
			return
		}
		last := d.Substitute(symbolic.Bindings{around.Index: around.Times.Sub(symbolic.Int(1))})
		if key := last.ASCII(); !seen[key] && !last.Sub(symbolic.Int(1)).NeverNegative() {
			seen[key] = true
			out = append(out, last)
		}
	}
	var visit func(nodes []Node, around *Span)
	visit = func(nodes []Node, around *Span) {
		for _, n := range nodes {
			switch n := n.(type) {
			case *Loop:
				visit(n.Body, &Span{Index: n.Index, Times: n.Times})
			case *Operation:
				if around == nil {
					continue
				}
				for _, d := range n.Output.Shape.Dims() {
					falls(d, *around)
				}
			}
		}
	}
	visit(t.Body, nil)
	return out
}
