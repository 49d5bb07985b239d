package trace

import (
	"fmt"
	"slices"

	"github.com/skipcost/skipcost/arch/symbolic"
)

// LongLoop is the number of iterations from which on Abbreviated leaves out the ones in the middle.
const LongLoop = 1_000

// NotMonotoneError is the error for a loop whose middle iterations cannot be left out.
type NotMonotoneError struct {
	Loop   string
	Reason string
}

// Error names the repeat, and the reason why it cannot be abbreviated.
func (e *NotMonotoneError) Error() string {
	return fmt.Sprintf("%s repeats too often to be written out, and %s", e.Loop, e.Reason)
}

// Abbreviated is the trace written out with only the first two and the last two iterations of each long loop. In a loop whose
// shapes only grow or only shrink, one of these needs the most memory. All symbols must be bound. The error is
// *NotMonotoneError.
func (t *Trace) Abbreviated() (*Trace, error) {
	return t.writeOut(chosen)
}

// Long reports whether some loop has at least LongLoop iterations, or an unknown number of them.
func (t *Trace) Long() bool { return long(t.Body, nil) }

func long(nodes []Node, around Spans) bool {
	return slices.ContainsFunc(nodes, func(n Node) bool {
		l, is := n.(*Loop)
		if !is {
			return false
		}
		conditions, short := around.EachAtLeast(l.Times.Neg(), 1-LongLoop)
		if !short {
			tries := LongLoop
			short = around.tried(symbolic.Bindings{}, &tries, func(at symbolic.Bindings) bool {
				n, is := l.Times.Substitute(at).Int64()
				return is && n < LongLoop
			})
		}
		return !short || len(conditions) > 0 || long(l.Body, append(around[:len(around):len(around)], Span{Index: l.Index, Times: l.Times}))
	})
}

// tried reports whether a condition holds at all combinations of values of the indices, as far as these are numbers and not
// more than the tries left.
func (s Spans) tried(at symbolic.Bindings, tries *int, holds func(symbolic.Bindings) bool) bool {
	if len(s) == 0 {
		*tries--
		return *tries >= 0 && holds(at)
	}
	times, number := s[0].Times.Substitute(at).Int64()
	for i := s[0].First; number && i < times; i++ {
		at[s[0].Index] = symbolic.Int(i)
		if !s[1:].tried(at, tries, holds) {
			return false
		}
	}
	delete(at, s[0].Index)
	return number
}

// chosen lists the iterations to write out.
func chosen(l *Loop, times symbolic.Expr) ([]symbolic.Expr, error) {
	n, small := times.Int64()
	if small && n < LongLoop {
		return allOf(n), nil
	}
	switch {
	case l.hasHeads():
		return nil, &NotMonotoneError{Loop: l.Name, Reason: "the outputs of its heads stay, one for each iteration"}
	case l.Past != nil:
		return nil, &NotMonotoneError{Loop: l.Name, Reason: "each iteration reads what all before it made, which stays until the last"}
	case len(l.Mirrors) > 0:
		return nil, &NotMonotoneError{Loop: l.Name, Reason: "it reads what each iteration of another one made, which all stay until then"}
	case l.Out.list != nil:
		return nil, &NotMonotoneError{Loop: l.Name, Reason: "it concats a list, whose parts stay apart"}
	case !monotone(l):
		return nil, &NotMonotoneError{Loop: l.Name, Reason: "its shapes neither only grow nor only shrink"}
	}
	one, two := symbolic.Int(1), symbolic.Int(2)
	return []symbolic.Expr{symbolic.Int(0), one, times.Sub(two), times.Sub(one)}, nil
}

// hasHeads reports whether heads stand in the body, be it in a loop inside.
func (l *Loop) hasHeads() bool {
	return len(l.Outputs) > 0 || slices.ContainsFunc(l.Body, func(n Node) bool { inner, is := n.(*Loop); return is && inner.hasHeads() })
}

// monotone reports whether no dimension in the body decreases from one iteration to the next, or none increases.
func monotone(l *Loop) bool {
	rises, falls := true, true
	next := symbolic.Bindings{l.Index: symbolic.Symbol(l.Index).Add(symbolic.Int(1))}
	var visit func([]Node)
	visit = func(nodes []Node) {
		for _, n := range nodes {
			switch n := n.(type) {
			case *Operation:
				for _, d := range n.Output.Shape.Dims() {
					step := d.Substitute(next).Sub(d)
					rises = rises && step.NeverNegative()
					falls = falls && step.Neg().NeverNegative()
				}
			case *Loop:
				step := n.Times.Substitute(next).Sub(n.Times)
				rises, falls = rises && step.IsZero(), falls && step.IsZero()
				visit(n.Body)
			}
		}
	}
	visit(l.Body)
	return rises || falls
}
